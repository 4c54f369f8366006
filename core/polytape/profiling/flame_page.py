"""The page of a flame graph; `$summary` and `$data` stand for what is particular to one."""

from __future__ import annotations

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Profile</title>
<style>
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c1c1c; --faint: #5c5c5c; --edge: #ffffff;
  --thread: #e4e4e4; --line: #d5dee8; --op: #f6c177; --gradient: #c9b1f0; --function: #9ed9b0; --data: #9cc8f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181c; --text: #ececec; --faint: #a6a6a6; --edge: #16181c;
    --thread: #33363c; --line: #2c3a4a; --op: #7d4f14; --gradient: #543c86; --function: #21603a; --data: #1f4f7d;
  }
}
body { margin: 1.5rem; background: var(--page); color: var(--text); font: 14px/1.4 system-ui, sans-serif; }
h1 { font-size: 1.2rem; margin: 0 0 .25rem; }
p { margin: .25rem 0; color: var(--faint); }
#legend span { display: inline-block; padding: 0 .5rem; margin-right: .4rem; border-radius: 3px; color: var(--text); }
#graph { position: relative; margin-top: 1rem; }
#graph button {
  position: absolute; height: 21px; box-sizing: border-box; padding: 0 4px; border: 1px solid var(--edge);
  border-width: 0 1px 1px 0; border-radius: 3px; overflow: hidden; text-align: left; white-space: nowrap;
  text-overflow: ellipsis; font: 12px/20px ui-monospace, monospace; color: var(--text); cursor: pointer;
}
#graph button:hover, #graph button:focus-visible { outline: 2px solid var(--text); outline-offset: -2px; }
.thread { background: var(--thread); } .line { background: var(--line); } .op { background: var(--op); }
.gradient { background: var(--gradient); } .function { background: var(--function); } .data { background: var(--data); }
#said { min-height: 2.8em; color: var(--text); }
</style>
<h1>Profile</h1>
<p>$summary. A bar is as wide as what it stands for took long. Click on one to make it as wide as the page, and on one
above it to go back.</p>
<p id="legend"><span class="line">line of the program</span><span class="op">op</span>
<span class="gradient">gradient rule</span><span class="function">replay of a function</span>
<span class="data">data</span></p>
<p id="said" aria-live="polite"></p>
<div id="graph"></div>
<script>
const tree = $data;
const graph = document.getElementById("graph"), said = document.getElementById("said");
function took(ns) {
  return ns >= 1e9 ? (ns / 1e9).toFixed(2) + " s" : ns >= 1e6 ? (ns / 1e6).toFixed(2) + " ms"
    : (ns / 1e3).toFixed(1) + " µs";
}
function about(node) {
  const share = tree.time ? (100 * node.time / tree.time).toFixed(1) : "0.0";
  return node.text + ": " + took(node.time) + " (" + share + " %), " + took(node.self) + " its own"
    + (node.calls ? ", " + node.calls + (node.calls === 1 ? " call" : " calls") : "")
    + (node.more ? ", " + node.more : "");
}
function show(path) {
  graph.replaceChildren();
  let depth = 0;
  const chosen = path[path.length - 1];
  function bar(node, left, width, level, trail) {
    depth = Math.max(depth, level);
    const button = document.createElement("button");
    button.className = node.kind;
    button.style.left = left + "%";
    button.style.width = width + "%";
    if (width < 2) button.style.padding = "0";
    button.style.top = 22 * level + "px";
    button.textContent = node.text;
    button.title = about(node);
    button.onmouseenter = button.onfocus = () => { said.textContent = about(node); };
    button.onclick = () => show(trail);
    graph.append(button);
  }
  function below(node, left, width, level, trail) {
    for (const child of node.below) {
      const wide = node.time ? width * child.time / node.time : 0;
      if (wide > 0.05) {
        bar(child, left, wide, level, [...trail, child]);
        below(child, left, wide, level + 1, [...trail, child]);
      }
      left += wide;
    }
  }
  path.forEach((node, level) => bar(node, 0, 100, level, path.slice(0, level + 1)));
  below(chosen, 0, 100, path.length, path);
  graph.style.height = 22 * (depth + 1) + "px";
  said.textContent = about(chosen);
}
show([tree]);
</script>
</html>
"""
