package main

import (
	"text/template/parse"
)

// parseTemplate returns the trees of a template text, its own under the name given and those that it defines
// under theirs; nil when Helm would refuse the text.
func parseTemplate(name, text string) map[string]*parse.Tree {
	trees := map[string]*parse.Tree{}
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(text, "", "", trees); err != nil {
		return nil
	}
	return trees
}

// walk visits a node and what is in it. The function gets the nodes around it, outermost first.
func walk(node parse.Node, around []parse.Node, visit func(node parse.Node, around []parse.Node)) {
	visit(node, around)
	inside := append(around[:len(around):len(around)], node)
	for _, child := range childrenOf(node) {
		walk(child, inside, visit)
	}
}

func childrenOf(node parse.Node) []parse.Node {
	switch n := node.(type) {
	case *parse.ListNode:
		return n.Nodes
	case *parse.ActionNode:
		return []parse.Node{n.Pipe}
	case *parse.TemplateNode:
		if n.Pipe != nil {
			return []parse.Node{n.Pipe}
		}
	case *parse.IfNode:
		return branches(&n.BranchNode)
	case *parse.RangeNode:
		return branches(&n.BranchNode)
	case *parse.WithNode:
		return branches(&n.BranchNode)
	case *parse.PipeNode:
		return nodesOf(n.Cmds)
	case *parse.CommandNode:
		return n.Args
	case *parse.ChainNode:
		return []parse.Node{n.Node}
	}
	return nil
}

func branches(n *parse.BranchNode) []parse.Node {
	children := []parse.Node{n.Pipe, n.List}
	if n.ElseList != nil {
		children = append(children, n.ElseList)
	}
	return children
}

func nodesOf[T parse.Node](list []T) []parse.Node {
	nodes := make([]parse.Node, len(list))
	for index, node := range list {
		nodes[index] = node
	}
	return nodes
}
