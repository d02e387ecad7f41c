"""Pictures as text that other programs draw: Mermaid and DOT."""

import json

from interactor_emulator.terminal import line, lines

from .graph import Edge, Graph, Node

_MERMAID_SHAPES = {"action": ('["', '"]'), "halting": ('(["', '"])'), "terminal": ('[["', '"]]')}
_DOT_SHAPES = {"action": "box", "halting": "oval", "terminal": "doubleoctagon"}


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart; states are named s0, s1, … since Mermaid reserves some words."""
    ids = {node.name: f"s{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart TD"]
    for node in graph.nodes:
        before, after = _MERMAID_SHAPES[node.type]
        lines.append(f"    {ids[node.name]}{before}{_mermaid_text(node.name)}{after}")
        if node.initial:
            lines.append(f"    start(( )) --> {ids[node.name]}")
    for edge in graph.edges:
        arrow = "-.->" if edge.forks else "==>" if edge.taken else "-->"
        label = f'|"{_mermaid_text(edge.label)}"|' if edge.label else ""
        lines.append(f"    {ids[edge.source]} {arrow}{label} {ids[edge.target]}")
    visited = [ids[node.name] for node in graph.nodes if node.visits]
    if visited:
        lines += ["    classDef visited stroke-width:3px", f"    class {','.join(visited)} visited"]
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    escaped = text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return line(" ".join(escaped.split()))


def dot(graph: Graph) -> str:
    """A Graphviz digraph. To Graphviz `start` and `"start"` are one node: the point must have a name of its own."""
    start = "start"
    while any(node.name == start for node in graph.nodes):
        start += "_"
    lines = [f"digraph {_quoted(graph.name)} {{", '    node [fontname="monospace"];', f"    {start} [shape=point];"]
    lines += [f"    {_dot_node(node)}" for node in graph.nodes]
    lines += [f"    {start} -> {_quoted(node.name)};" for node in graph.nodes if node.initial]
    lines += [f"    {_dot_edge(edge)}" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _dot_node(node: Node) -> str:
    pen = " penwidth=3" if node.visits else ""
    return f"{_quoted(node.name)} [shape={_DOT_SHAPES[node.type]}{pen}];"


def _dot_edge(edge: Edge) -> str:
    style = " style=dashed" if edge.forks else ""
    pen = " penwidth=3" if edge.taken else ""
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(edge.label)}{style}{pen}];"


def _quoted(text: str) -> str:
    return lines(json.dumps(text, ensure_ascii=False))
