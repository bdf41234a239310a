/** Requests to Istio's own code, the engine in engines/istio, and its answers. */
import type { JsonObject, KubeObject } from './object.ts';

/** Version of Istio inside the engine: a build of the coming release, with the start of its commit. */
export const istioVersion = '1.31-dev.eed52ebb66ad';

/** A mesh, and what to generate and check for it. An answer depends on nothing else. */
export interface IstioRequest {
  readonly mesh: IstioMesh;
  /** Configuration in the control plane's cluster: objects of Istio's kinds and of the Gateway API. */
  readonly config: readonly IstioConfig[];
  readonly clusters: readonly IstioCluster[];
  /** Proxies to generate configuration for. */
  readonly proxies: readonly IstioProxy[];
  /** Whether to run the analyzers and validators of Istio over `config` and the clusters. */
  readonly analyze?: boolean;
}

export interface IstioMesh {
  readonly name: string;
  /** Name of the cluster whose configuration counts. */
  readonly controlPlane: string;
  /** Defaults to `cluster.local`. */
  readonly trustDomain?: string;
  /** Network by cluster. Without it, all clusters share one network. */
  readonly networks?: Readonly<Record<string, string>>;
  /** Istio's `localityLbSetting` of the whole mesh. */
  readonly localityLoadBalancing?: JsonObject;
  /** Further fields of Istio's MeshConfig, with their names in JSON. */
  readonly meshConfig?: JsonObject;
}

/** An object that the control plane reads. */
export interface IstioConfig {
  /** Returned with every route that comes from this object; for example its file and line. */
  readonly ref: string;
  readonly object: KubeObject;
}

/** A cluster of the mesh, with the objects of Kubernetes' kinds that Istio reads there. */
export interface IstioCluster {
  readonly name: string;
  readonly region?: string;
  readonly zone?: string;
  readonly namespaces: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly endpointSlices: readonly KubeObject[];
  readonly serviceExports?: readonly KubeObject[];
  readonly serviceImports?: readonly KubeObject[];
}

/** A proxy as it would introduce itself to the control plane. */
export interface IstioProxy {
  readonly id: string;
  /** A `router` is the proxy of a gateway. */
  readonly type: 'router' | 'sidecar';
  readonly cluster: string;
  readonly namespace: string;
  /** Labels of the proxy's pod. */
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly serviceAccount?: string;
  /** Further metadata of the proxy with Istio's names, such as `INTERCEPTION_MODE`. */
  readonly metadata?: JsonObject;
}

export interface IstioAnswer {
  /** Version of Istio inside the engine. */
  readonly istioVersion: string;
  /** Has the order of the request. */
  readonly proxies: readonly ProxyConfig[];
  readonly messages: readonly IstioMessage[];
  /** Why the engine could not answer; absent if it answered. */
  readonly error?: string;
  /** Objects that end the engine, which therefore answered without them; absent without such objects. */
  readonly leftOut?: readonly LeftOutConfig[];
}

/** A route that ends the engine. An API server with the definitions of the Gateway API would refuse it. */
export interface LeftOutConfig extends IstioConfig {
  /** The last words of the engine. */
  readonly reason: string;
}

/** What Envoy receives for one proxy: Envoy's own types in the JSON form of protocol buffers (`virtualHosts`). */
export interface ProxyConfig {
  readonly id: string;
  readonly listeners: readonly JsonObject[];
  /** RouteConfigurations. `metadata.filterMetadata.regatta` of a route has the fields of RouteOrigin. */
  readonly routes: readonly JsonObject[];
  readonly clusters: readonly JsonObject[];
  /** ClusterLoadAssignments of the clusters that get their endpoints from the control plane. */
  readonly endpoints: readonly JsonObject[];
  /** Why the engine could not generate this configuration; absent if it did. */
  readonly error?: string;
}

/** Where a route comes from: one rule of a VirtualService or of a route of the Gateway API. */
export interface RouteOrigin {
  /** The `ref` of the object with the rule. */
  readonly ref: string;
  /** Index of the rule in `spec.http` of a VirtualService or in `spec.rules` of a Gateway API route. */
  readonly rule: number;
  /** Index of the condition in the rule's matches; absent for a rule without matches. */
  readonly match?: number;
  /** The same for the VirtualService that delegates to the one of `ref`. */
  readonly delegator?: RouteOrigin;
}

/** A finding of Istio's analyzers or validators. */
export interface IstioMessage {
  /** Istio's code, such as `IST0101`. */
  readonly code: string;
  readonly level: 'Error' | 'Warning' | 'Info';
  readonly message: string;
  /** The object that the finding is about; absent for findings about the whole mesh. */
  readonly object?: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly apiVersion?: string;
    /** Name of the cluster, if the object is not in the configuration. */
    readonly cluster?: string;
    /** The `ref` of the object, if it is in the configuration. */
    readonly ref?: string;
  };
  /** Path of the field, such as `spec.http[0].route[0].destination.host`; absent if Istio names none. */
  readonly fieldPath?: string;
}
