// Evaluated after dagre in a context of its own: a function from a graph's JSON to where its parts go.
(function () {
  "use strict";
  return (text) => {
    const given = JSON.parse(text);
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph(given.options);
    given.nodes.forEach((node, index) => graph.setNode(String(index), { width: node.width, height: node.height }));
    given.edges.forEach((edge, index) =>
      graph.setEdge(
        String(edge.source),
        String(edge.target),
        { width: edge.width, height: edge.height, labelpos: "c" },
        String(index)
      )
    );
    dagre.layout(graph);
    const at = ({ x, y }) => [x, y];
    const edges = [];
    graph.edges().forEach((edge) => {
      const placed = graph.edge(edge);
      edges[Number(edge.name)] = { points: placed.points.map(at), label: at(placed) };
    });
    const size = graph.graph();
    return JSON.stringify({
      width: size.width,
      height: size.height,
      nodes: given.nodes.map((_, index) => at(graph.node(String(index)))),
      edges,
    });
  };
})();
