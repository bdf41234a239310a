package main

import (
	"fmt"
	"net/netip"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	// Registers the types of all filters, which the recorder prints.
	_ "istio.io/istio/pkg/config/xds"
)

const (
	// firstPods is the second byte of the addresses of the first member's pods, 10.196.0.0/16.
	firstPods = 196
	// members is the number of members whose pods one mesh can have.
	members = 7
	// blockSize is the number of second bytes that a mesh uses in 127/8: one for the pods of each member, and one for
	// their Envoys, so that a pod and its Envoy can bind the same port.
	blockSize = 16
)

// block is the part of 127/8 that belongs to one mesh, so that several meshes can run on one machine.
type block int

// move returns a response whose addresses are loopback addresses. It leaves out the inbound
// listeners of sidecars: the server of the pod itself listens there.
func (p proxy) move(response *discovery.DiscoveryResponse) (*discovery.DiscoveryResponse, error) {
	moved := proto.Clone(response).(*discovery.DiscoveryResponse)
	moved.Resources = nil
	for _, packed := range response.GetResources() {
		resource, err := packed.UnmarshalNew()
		if err != nil {
			return nil, err
		}
		if found, ok := resource.(*listener.Listener); ok {
			if p.isSidecar && found.GetTrafficDirection() != core.TrafficDirection_OUTBOUND {
				continue
			}
			p.bind(found)
		} else {
			visitSockets(resource.ProtoReflect(), func(socket *core.SocketAddress) {
				socket.Address = p.block.podAddress(socket.GetAddress())
			})
		}
		repacked, err := anypb.New(resource)
		if err != nil {
			return nil, err
		}
		moved.Resources = append(moved.Resources, repacked)
	}
	return moved, nil
}

// bind makes a listener listen on the address of its proxy alone.
func (p proxy) bind(found *listener.Listener) {
	found.GetAddress().GetSocketAddress().Address = p.address
	found.AdditionalAddresses = nil
	found.BindToPort = nil
}

// visitSockets calls visit with each socket address in a message.
func visitSockets(message protoreflect.Message, visit func(*core.SocketAddress)) {
	if socket, ok := message.Interface().(*core.SocketAddress); ok {
		visit(socket)
		return
	}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
			if field.MapValue().Message() != nil {
				value.Map().Range(func(_ protoreflect.MapKey, item protoreflect.Value) bool {
					visitSockets(item.Message(), visit)
					return true
				})
			}
		case field.Message() == nil:
		case field.IsList():
			for index := range value.List().Len() {
				visitSockets(value.List().Get(index).Message(), visit)
			}
		default:
			visitSockets(value.Message(), visit)
		}
		return true
	})
}

// podAddress returns the loopback address of a pod's server, for example 127.16.0.5 for 10.196.0.5 in block 1.
// Any other address stays unchanged.
func (b block) podAddress(address string) string {
	moved, ok := b.moved(address, 0)
	if !ok {
		return address
	}
	return moved
}

// proxyAddress returns the loopback address of a pod's Envoy, for example 127.24.0.5 for 10.196.0.5 in block 1.
func (b block) proxyAddress(address string) (string, error) {
	moved, ok := b.moved(address, blockSize/2)
	if !ok {
		return "", fmt.Errorf("%q is not the address of a pod", address)
	}
	return moved, nil
}

func (b block) moved(address string, offset int) (string, bool) {
	parsed, err := netip.ParseAddr(address)
	if err != nil || !parsed.Is4() {
		return "", false
	}
	bytes := parsed.As4()
	member := int(bytes[1]) - firstPods
	if bytes[0] != 10 || member < 0 || member >= members {
		return "", false
	}
	bytes[0] = 127
	bytes[1] = byte(int(b)*blockSize + offset + member)
	return netip.AddrFrom4(bytes).String(), true
}
