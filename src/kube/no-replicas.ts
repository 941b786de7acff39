/** What 0 replicas mean in every release that reads them. */
export const noReplicas = 'replicas: 0 is omitted from the Deployment, which then runs one pod.';
export const noReplicasHint = 'Set 1 or more. To remove the proxy, delete its Gateway.';
