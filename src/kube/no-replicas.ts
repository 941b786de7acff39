/** What 0 replicas mean in every release that reads them. */
export const noReplicas = '0 replicas are left out of the Deployment, which then has one pod.';
export const noReplicasHint = 'Set 1 or more; a proxy goes with its Gateway.';
