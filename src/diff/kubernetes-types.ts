/**
 * Where the API server has types, lists (`[]`), maps (`{}`) and defaults (`=`), by type and field; what is not listed
 * is a plain scalar. Written by scripts/live-types.ts from the API server's own schemas (Kubernetes 1.32): never edited.
 */
import { lookupTable } from '../value.ts';
export const comparedTypes: Readonly<Record<string, string>> = lookupTable({
  Affinity: 'nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity',
  AzureDiskVolumeSource: 'cachingMode:="ReadWrite" fsType:="ext4" kind:="Shared" readOnly:=false',
  CSIVolumeSource: 'nodePublishSecretRef:LocalObjectReference volumeAttributes:{}',
  Capabilities: 'add:[] drop:[]',
  CephFSVolumeSource: 'monitors:[] secretRef:LocalObjectReference',
  CinderVolumeSource: 'secretRef:LocalObjectReference',
  ClusterTrustBundleProjection: 'labelSelector:LabelSelector',
  ConfigMap: 'binaryData:{} data:{} metadata:ObjectMeta',
  ConfigMapProjection: 'items:KeyToPath[]',
  ConfigMapVolumeSource: 'items:KeyToPath[]',
  Container:
    'args:[] command:[] env:EnvVar[] envFrom:EnvFromSource[] lifecycle:Lifecycle livenessProbe:Probe ports:ContainerPort[] readinessProbe:Probe resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements securityContext:SecurityContext startupProbe:Probe volumeDevices:VolumeDevice[] volumeMounts:VolumeMount[]',
  ContainerPort: 'protocol:="TCP"',
  DaemonSet: 'metadata:ObjectMeta spec:DaemonSetSpec',
  DaemonSetSpec: 'selector:LabelSelector template:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy',
  DaemonSetUpdateStrategy: 'rollingUpdate:RollingUpdateDaemonSet',
  Deployment: 'metadata:ObjectMeta spec:DeploymentSpec',
  DeploymentSpec: 'selector:LabelSelector strategy:DeploymentStrategy template:PodTemplateSpec',
  DeploymentStrategy: 'rollingUpdate:RollingUpdateDeployment',
  DownwardAPIProjection: 'items:DownwardAPIVolumeFile[]',
  DownwardAPIVolumeFile: 'fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector',
  DownwardAPIVolumeSource: 'items:DownwardAPIVolumeFile[]',
  EmptyDirVolumeSource: 'sizeLimit:Quantity',
  EnvFromSource: 'configMapRef:ConfigMapEnvSource secretRef:SecretEnvSource',
  EnvVar: 'valueFrom:EnvVarSource',
  EnvVarSource:
    'configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector',
  EphemeralContainer:
    'args:[] command:[] env:EnvVar[] envFrom:EnvFromSource[] lifecycle:Lifecycle livenessProbe:Probe ports:ContainerPort[] readinessProbe:Probe resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements securityContext:SecurityContext startupProbe:Probe volumeDevices:VolumeDevice[] volumeMounts:VolumeMount[]',
  EphemeralVolumeSource: 'volumeClaimTemplate:PersistentVolumeClaimTemplate',
  ExecAction: 'command:[]',
  FCVolumeSource: 'targetWWNs:[] wwids:[]',
  FlexVolumeSource: 'options:{} secretRef:LocalObjectReference',
  HTTPGetAction: 'httpHeaders:HTTPHeader[] port:IntOrString',
  HostAlias: 'hostnames:[]',
  ISCSIVolumeSource: 'iscsiInterface:="default" portals:[] secretRef:LocalObjectReference',
  LabelSelector: 'matchExpressions:LabelSelectorRequirement[] matchLabels:{}',
  LabelSelectorRequirement: 'values:[]',
  Lifecycle: 'postStart:LifecycleHandler preStop:LifecycleHandler',
  LifecycleHandler: 'exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction',
  NodeAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[] requiredDuringSchedulingIgnoredDuringExecution:NodeSelector',
  NodeSelector: 'nodeSelectorTerms:NodeSelectorTerm[]',
  NodeSelectorRequirement: 'values:[]',
  NodeSelectorTerm: 'matchExpressions:NodeSelectorRequirement[] matchFields:NodeSelectorRequirement[]',
  ObjectMeta:
    'annotations:{} creationTimestamp:Time deletionTimestamp:Time finalizers:[] labels:{} ownerReferences:OwnerReference[]',
  PersistentVolumeClaimSpec:
    'accessModes:[] dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:LabelSelector',
  PersistentVolumeClaimTemplate: 'metadata:ObjectMeta spec:PersistentVolumeClaimSpec',
  PodAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]',
  PodAffinityTerm:
    'labelSelector:LabelSelector matchLabelKeys:[] mismatchLabelKeys:[] namespaceSelector:LabelSelector namespaces:[]',
  PodAntiAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]',
  PodDNSConfig: 'nameservers:[] options:PodDNSConfigOption[] searches:[]',
  PodSecurityContext:
    'appArmorProfile:AppArmorProfile seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:[] sysctls:Sysctl[] windowsOptions:WindowsSecurityContextOptions',
  PodSpec:
    'affinity:Affinity containers:Container[] dnsConfig:PodDNSConfig ephemeralContainers:EphemeralContainer[] hostAliases:HostAlias[] imagePullSecrets:LocalObjectReference[] initContainers:Container[] nodeSelector:{} os:PodOS overhead:Quantity{} readinessGates:PodReadinessGate[] resourceClaims:PodResourceClaim[] resources:ResourceRequirements schedulingGates:PodSchedulingGate[] securityContext:PodSecurityContext tolerations:Toleration[] topologySpreadConstraints:TopologySpreadConstraint[] volumes:Volume[]',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  PreferredSchedulingTerm: 'preference:NodeSelectorTerm',
  Probe: 'exec:ExecAction grpc:GRPCAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction',
  ProjectedVolumeSource: 'sources:VolumeProjection[]',
  RBDVolumeSource: 'keyring:="/etc/ceph/keyring" monitors:[] pool:="rbd" secretRef:LocalObjectReference user:="admin"',
  ResourceFieldSelector: 'divisor:Quantity',
  ResourceRequirements: 'claims:ResourceClaim[] limits:Quantity{} requests:Quantity{}',
  RollingUpdateDaemonSet: 'maxSurge:IntOrString maxUnavailable:IntOrString',
  RollingUpdateDeployment: 'maxSurge:IntOrString maxUnavailable:IntOrString',
  ScaleIOVolumeSource: 'fsType:="xfs" secretRef:LocalObjectReference storageMode:="ThinProvisioned"',
  SecretProjection: 'items:KeyToPath[]',
  SecretVolumeSource: 'items:KeyToPath[]',
  SecurityContext:
    'appArmorProfile:AppArmorProfile capabilities:Capabilities seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions',
  Service: 'metadata:ObjectMeta spec:ServiceSpec',
  ServicePort: 'protocol:="TCP" targetPort:IntOrString',
  ServiceSpec:
    'clusterIPs:[] externalIPs:[] ipFamilies:[] loadBalancerSourceRanges:[] ports:ServicePort[] selector:{} sessionAffinityConfig:SessionAffinityConfig',
  SessionAffinityConfig: 'clientIP:ClientIPConfig',
  StorageOSVolumeSource: 'secretRef:LocalObjectReference',
  TCPSocketAction: 'port:IntOrString',
  TopologySpreadConstraint: 'labelSelector:LabelSelector matchLabelKeys:[]',
  Volume:
    'awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource image:ImageVolumeSource iscsi:ISCSIVolumeSource nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource secret:SecretVolumeSource storageos:StorageOSVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource',
  VolumeProjection:
    'clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection secret:SecretProjection serviceAccountToken:ServiceAccountTokenProjection',
  VolumeResourceRequirements: 'limits:Quantity{} requests:Quantity{}',
  WeightedPodAffinityTerm: 'podAffinityTerm:PodAffinityTerm',
});
