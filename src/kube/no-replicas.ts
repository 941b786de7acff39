/** What becomes of 0 replicas in every release that takes them. */
export const noReplicas = '0 replicas are left out of the Deployment, which then has one pod.';
export const noReplicasHint = 'Set 1 or more; a proxy goes with its Gateway.';
