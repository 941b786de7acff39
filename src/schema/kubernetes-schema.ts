/** Where the document refers to a type of the Kubernetes API. */
export const kubernetesPointer = 'kubernetes#/definitions/';

/** A type of the Kubernetes API, as in its OpenAPI document. */
export interface KubernetesSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: 'byte';
  readonly properties?: Readonly<Record<string, KubernetesSchema>>;
  readonly additionalProperties?: boolean | KubernetesSchema;
  readonly patternProperties?: Readonly<Record<string, KubernetesSchema>>;
  readonly items?: KubernetesSchema;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}
