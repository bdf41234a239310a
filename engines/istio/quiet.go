package main

import (
	"io"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"

	"istio.io/istio/pilot/pkg/features"
	istiolog "istio.io/istio/pkg/log"
)

// The answer says all that logs would, and nothing writes to a cluster.
func init() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	utilruntime.ErrorHandlers = nil
	for _, scope := range istiolog.Scopes() {
		scope.SetOutputLevel(istiolog.NoneLevel)
	}
	features.EnableGatewayAPIGatewayClassController = false
	features.EnableGatewayAPIDeploymentController = false
	features.EnableGatewayAPIStatus = false
}
