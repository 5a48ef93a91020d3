/**
 * Volumes and their sources: the numbers that their fields have in the API's .proto files (k8s.io/api, core/v1/generated.proto; kubectl
 * 1.35 encodes them so). What the marks mean stands in fields.ts.
 */

export const volumeFields: Readonly<Record<string, string>> = {
  V1AWSElasticBlockStoreVolumeSource: 'volumeID fsType partition readOnly',
  V1AzureDiskVolumeSource: 'diskName diskURI cachingMode? fsType? readOnly? kind?',
  V1AzureFileVolumeSource: 'secretName shareName readOnly',
  V1CSIVolumeSource: 'driver readOnly? fsType? volumeAttributes nodePublishSecretRef?',
  V1CephFSVolumeSource: 'monitors path user secretFile secretRef? readOnly',
  V1CinderVolumeSource: 'volumeID fsType readOnly secretRef?',
  V1ClusterTrustBundleProjection: 'name? signerName? labelSelector? path optional?',
  V1ConfigMapProjection: '&V1ConfigMapProjection#1 items _ optional?',
  'V1ConfigMapProjection#1': 'name',
  V1ConfigMapVolumeSource: '&V1ConfigMapVolumeSource#1 items defaultMode? optional?',
  V1DownwardAPIProjection: 'items',
  V1DownwardAPIVolumeFile: 'path fieldRef? resourceFieldRef? mode?',
  V1DownwardAPIVolumeSource: 'items defaultMode?',
  V1EmptyDirVolumeSource: 'medium sizeLimit?',
  V1EphemeralVolumeSource: 'volumeClaimTemplate?',
  V1FCVolumeSource: 'targetWWNs lun? fsType readOnly wwids',
  V1FlexVolumeSource: 'driver fsType secretRef? readOnly options',
  V1FlockerVolumeSource: 'datasetName datasetUUID',
  V1GCEPersistentDiskVolumeSource: 'pdName fsType partition readOnly',
  V1GitRepoVolumeSource: 'repository revision directory',
  V1GlusterfsVolumeSource: 'endpoints path readOnly',
  V1HostPathVolumeSource: 'path type?',
  V1ISCSIVolumeSource:
    'targetPortal iqn lun iscsiInterface fsType readOnly portals chapAuthDiscovery _ secretRef? chapAuthSession initiatorName?',
  V1ImageVolumeSource: 'reference pullPolicy',
  V1KeyToPath: 'key path mode?',
  V1NFSVolumeSource: 'server path readOnly',
  V1PersistentVolumeClaimSpec:
    'accessModes resources volumeName selector? storageClassName? volumeMode? dataSource? dataSourceRef? volumeAttributesClassName?',
  V1PersistentVolumeClaimTemplate: 'metadata spec',
  V1PersistentVolumeClaimVolumeSource: 'claimName readOnly',
  V1PhotonPersistentDiskVolumeSource: 'pdID fsType',
  V1PodCertificateProjection:
    'signerName keyType maxExpirationSeconds? credentialBundlePath keyPath certificateChainPath userAnnotations',
  V1PortworxVolumeSource: 'volumeID fsType readOnly',
  V1ProjectedVolumeSource: 'sources defaultMode?',
  V1QuobyteVolumeSource: 'registry volume readOnly user group tenant',
  V1RBDVolumeSource: 'monitors image fsType pool user keyring secretRef? readOnly',
  V1ScaleIOVolumeSource:
    'gateway system secretRef? sslEnabled protectionDomain storagePool storageMode volumeName fsType readOnly',
  V1SecretProjection: '&V1SecretProjection#1 items _ optional?',
  'V1SecretProjection#1': 'name',
  V1SecretVolumeSource: 'secretName items defaultMode? optional?',
  V1ServiceAccountTokenProjection: 'audience expirationSeconds? path',
  V1StorageOSVolumeSource: 'volumeName volumeNamespace fsType readOnly secretRef?',
  V1TypedLocalObjectReference: 'apiGroup? kind name',
  V1TypedObjectReference: 'apiGroup? kind name namespace?',
  V1Volume: 'name &V1Volume#2',
  'V1Volume#2':
    'hostPath? emptyDir? gcePersistentDisk? awsElasticBlockStore? gitRepo? secret? nfs? iscsi? glusterfs? persistentVolumeClaim? rbd? flexVolume? cinder? cephfs? flocker? downwardAPI? fc? azureFile? configMap? vsphereVolume? quobyte? azureDisk? photonPersistentDisk? portworxVolume? scaleIO? projected? storageos? csi? ephemeral? image?',
  V1VolumeProjection:
    'secret? downwardAPI? configMap? serviceAccountToken? clusterTrustBundle? podCertificate?',
  V1VolumeResourceRequirements: 'limits requests',
  V1VsphereVirtualDiskVolumeSource: 'volumePath fsType storagePolicyName storagePolicyID',
}
