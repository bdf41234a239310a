// Command oracle answers placement questions with Karmada's own scheduler: JSON lines in, JSON lines
// out, in the same order. Built inside Karmada's source tree; see README.md.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sort"

	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	clusterv1alpha1 "github.com/karmada-io/karmada/pkg/apis/cluster/v1alpha1"
	workv1alpha2 "github.com/karmada-io/karmada/pkg/apis/work/v1alpha2"
	clusterlister "github.com/karmada-io/karmada/pkg/generated/listers/cluster/v1alpha1"
	schedulercache "github.com/karmada-io/karmada/pkg/scheduler/cache"
	"github.com/karmada-io/karmada/pkg/scheduler/core"
	"github.com/karmada-io/karmada/pkg/scheduler/framework"
	"github.com/karmada-io/karmada/pkg/scheduler/framework/plugins"
)

type question struct {
	Clusters []*clusterv1alpha1.Cluster         `json:"clusters"`
	Spec     workv1alpha2.ResourceBindingSpec   `json:"spec"`
	Status   workv1alpha2.ResourceBindingStatus `json:"status"`
	Empty    bool                               `json:"empty"`
}

type answer struct {
	Clusters []workv1alpha2.TargetCluster `json:"clusters"`
	Affinity string                       `json:"affinity,omitempty"`
	Reason   string                       `json:"reason,omitempty"`
	Message  string                       `json:"message,omitempty"`
}

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(reply(asked)); err != nil {
			panic(err)
		}
	}
}

func reply(asked question) answer {
	clusters := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, cluster := range asked.Clusters {
		_ = clusters.Add(cluster)
	}
	lister := clusterlister.NewClusterLister(clusters)
	algorithm, err := core.NewGenericScheduler(
		schedulercache.NewCache(lister, nil, 0), plugins.NewInTreeRegistry())
	if err != nil {
		panic(err)
	}
	return schedule(algorithm, asked)
}

// schedule goes through the affinities as the scheduler's loop does around its algorithm.
func schedule(algorithm core.ScheduleAlgorithm, asked question) answer {
	terms := asked.Spec.Placement.ClusterAffinities
	names := []string{""}
	if terms != nil {
		names = nil
		for _, term := range terms {
			names = append(names, term.AffinityName)
		}
	}
	before := asked.Status.SchedulerObservedAffinityName
	start := 0
	for index, name := range names {
		if before != "" && name == before {
			start = index
		}
	}
	option := &core.ScheduleAlgorithmOption{EnableEmptyWorkloadPropagation: asked.Empty}
	var first error
	for _, name := range names[start:] {
		status := asked.Status.DeepCopy()
		status.SchedulerObservedAffinityName = name
		result, err := algorithm.Schedule(context.TODO(), asked.Spec.DeepCopy(), status, option)
		if err == nil {
			return answer{Clusters: sorted(result.SuggestedClusters), Affinity: name}
		}
		if first == nil {
			first = err
		}
	}
	reason := reasonOf(first)
	kept := asked.Spec.Clusters
	if reason == "NoClusterFit" {
		kept = nil
	}
	return answer{Clusters: sorted(kept), Affinity: before, Reason: reason, Message: first.Error()}
}

func reasonOf(err error) string {
	var unschedulable *framework.UnschedulableError
	var unfit *framework.FitError
	switch {
	case errors.As(err, &unschedulable):
		return "Unschedulable"
	case errors.As(err, &unfit):
		return "NoClusterFit"
	default:
		return "SchedulerError"
	}
}

func sorted(clusters []workv1alpha2.TargetCluster) []workv1alpha2.TargetCluster {
	sort.Slice(clusters, func(i, j int) bool { return clusters[i].Name < clusters[j].Name })
	return clusters
}
