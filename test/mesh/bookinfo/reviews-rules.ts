/** Istio's configuration for calls of Bookinfo's reviews. */
import { type Change, configure } from './changes.ts';

const subsets = `apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  subsets:
    - name: v1
      labels: {version: v1}
    - name: v2
      labels: {version: v2}
    - name: v3
      labels: {version: v3}
    - name: v9
      labels: {version: v9}
`;

/** A VirtualService for calls of reviews, with its subsets. @param http - the rules, as YAML in one line each */
export const route = (http: string): Change =>
  configure(`${subsets}---
apiVersion: networking.istio.io/v1alpha3
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
${http}`);

/** A destination, up to its closing brace, so that a weight can follow. */
export const toSubset = (subset: string): string =>
  `{destination: {host: reviews, subset: ${subset}}`;

/** One user gets v2, and the others get v1. */
export const header: Change = route(`    - match: [{headers: {end-user: {exact: jason}}}]
      route: [${toSubset('v2')}}]
    - route: [${toSubset('v1')}}]
`);

/** Callers prefer endpoints of their own region while these are healthy. */
export const failover: Change = configure(`apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s}
    loadBalancer:
      localityLbSetting:
        enabled: true
        failover: [{from: member1, to: member2}]
`);

/** Endpoints take turns. */
export const roundRobin: Change = configure(`apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: {simple: ROUND_ROBIN}
`);
