package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"strings"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// maxMessage is the limit of one message in bytes, as Istio's own agent sets it.
const maxMessage = 64 << 20

// relay stands where Istio's agent stands: between istiod and the Envoys. Pods without a network have
// addresses that no program can bind, so the relay moves every address of a response to 127/8.
type relay struct {
	istiod discovery.AggregatedDiscoveryServiceClient
	block  block
	record recorder
}

func runRelay(args []string) error {
	flags := flag.NewFlagSet("relay", flag.ContinueOnError)
	listen := flags.String("listen", "", "address for the Envoys")
	istiod := flags.String("istiod", "", "address of istiod's plain gRPC server")
	number := flags.Int("block", 1, "block of 127/8 that the mesh may use, from 1 to 15")
	folder := flags.String("record", "", "folder for the last answer of each proxy and type; optional")
	if err := flags.Parse(args); err != nil {
		return err
	}
	limits := grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage))
	connection, err := grpc.NewClient("passthrough:///"+*istiod, grpc.WithTransportCredentials(insecure.NewCredentials()), limits)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	discovery.RegisterAggregatedDiscoveryServiceServer(server, &relay{
		istiod: discovery.NewAggregatedDiscoveryServiceClient(connection),
		block:  block(*number),
		record: recorder(*folder),
	})
	return server.Serve(listener)
}

func (r *relay) DeltaAggregatedResources(discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	return errors.New("the relay serves whole states only")
}

// StreamAggregatedResources connects one Envoy to istiod until one of them ends the stream.
func (r *relay) StreamAggregatedResources(envoy discovery.AggregatedDiscoveryService_StreamAggregatedResourcesServer) error {
	ctx, cancel := context.WithCancel(envoy.Context())
	defer cancel()
	first, err := envoy.Recv()
	if err != nil {
		return err
	}
	proxy, err := parseProxy(first.GetNode().GetId(), r.block)
	if err != nil {
		return err
	}
	istiod, err := r.istiod.StreamAggregatedResources(ctx)
	if err != nil {
		return err
	}
	if err := istiod.Send(first); err != nil {
		return err
	}
	go func() {
		defer cancel()
		forwardRequests(proxy, envoy, istiod)
	}()
	for {
		response, err := istiod.Recv()
		if err != nil {
			return err
		}
		if err := r.record.save(proxy, response); err != nil {
			return err
		}
		moved, err := proxy.move(response)
		if err != nil {
			return err
		}
		if err := envoy.Send(moved); err != nil {
			return err
		}
	}
}

type requests interface {
	Recv() (*discovery.DiscoveryRequest, error)
}

type responses interface {
	Send(*discovery.DiscoveryRequest) error
}

func forwardRequests(proxy proxy, envoy requests, istiod responses) {
	for {
		request, err := envoy.Recv()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				log.Printf("%s left: %v", proxy.id, err)
			}
			return
		}
		// The tests search the log for this word.
		if fault := request.GetErrorDetail(); fault != nil {
			log.Printf("REJECTED by %s: %s: %s", proxy.id, request.GetTypeUrl(), fault.GetMessage())
		}
		if err := istiod.Send(request); err != nil {
			return
		}
	}
}

// proxy is an Envoy, by the id that it has for istiod.
type proxy struct {
	id string
	// address is the loopback address that its listeners bind.
	address string
	// isSidecar is true for a caller and false for a gateway.
	isSidecar bool
	block     block
}

func parseProxy(id string, block block) (proxy, error) {
	parts := strings.Split(id, "~")
	if len(parts) != 4 {
		return proxy{}, fmt.Errorf("%q is not the id of a proxy", id)
	}
	address, err := block.proxyAddress(parts[1])
	return proxy{id: id, address: address, isSidecar: parts[0] == "sidecar", block: block}, err
}
