"use strict";
(() => {
  const episode = JSON.parse(document.getElementById("episode").textContent);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;

  /* Points (n, 3) as three columns. */
  const columns = (text) => {
    const values = new Float32Array(bytes(text));
    const pick = (k) => Array.from({ length: values.length / 3 }, (_, i) => values[3 * i + k]);
    return { x: pick(0), y: pick(1), z: pick(2) };
  };

  const KINDS = {
    affordance: { colour: "#16a34a", meaning: "where to go" },
    avoidance: { colour: "#dc2626", meaning: "what to keep away from" },
    velocity: { colour: "#2563eb", meaning: "how fast" },
    gripper: { colour: "#9333ea", meaning: "when to grip" },
  };
  const on = { taken: true, planned: true, objects: true, around: false,
    affordance: true, avoidance: true, velocity: false, gripper: false };
  const moving = episode.subtasks.findIndex((s) => s.layers.some((l) => l.kind === "affordance" && l.shells.length));
  let chosen = Math.max(moving, episode.subtasks.length ? 0 : -1);

  /* Strips of voxel faces as triangles. */
  const shellTrace = (layer, shell) => {
    const strips = new Uint16Array(bytes(shell.strips));
    const { colour, meaning } = KINDS[layer.kind];
    const mesh = { type: "mesh3d", x: [], y: [], z: [], i: [], j: [], k: [], color: colour,
      opacity: 0.08 + 0.24 * shell.strength * shell.strength, flatshading: true,
      lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05 },
      hovertemplate: `${layer.kind} ${+shell.value.toFixed(3)}<br>${meaning}<extra></extra>` };
    for (let s = 0; s < strips.length; s += 5) {
      const axis = strips[s + 3], run = strips[s + 4], u = (axis + 1) % 3, v = (axis + 2) % 3, n = mesh.x.length;
      for (const [a, b] of [[0, 0], [run, 0], [run, 1], [0, 1]]) {
        const cell = [strips[s], strips[s + 1], strips[s + 2]];
        cell[u] += a; cell[v] += b;
        const p = cell.map((c, k) => layer.lower[k] + c * layer.size[k]);
        mesh.x.push(p[0]); mesh.y.push(p[1]); mesh.z.push(p[2]);
      }
      mesh.i.push(n, n); mesh.j.push(n + 1, n + 2); mesh.k.push(n + 2, n + 3);
    }
    return mesh;
  };

  /* A small goal inside an object would not be seen without a pin. */
  const goalTrace = (mesh) => {
    const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
    const [x, y, z] = [middle(mesh.x), middle(mesh.y), middle(mesh.z)];
    return { type: "scatter3d", mode: "lines+markers+text", name: "goal", x: [x, x], y: [y, y], z: [z, z + 0.1],
      text: ["", "goal"], textposition: "top center", textfont: { size: 12, color: KINDS.affordance.colour },
      line: { color: KINDS.affordance.colour, width: 4 }, hoverinfo: "name",
      marker: { size: [3, 6], symbol: "diamond", color: KINDS.affordance.colour } };
  };

  const line = (text, name, colour, width, dash) => ({ type: "scatter3d", mode: "lines", name,
    ...columns(text), line: { color: colour, width, dash }, hoverinfo: "name" });

  const boxTrace = () => {
    const [a, b] = episode.box, x = [], y = [], z = [];
    const edge = (p, q) => { x.push(p[0], q[0], null); y.push(p[1], q[1], null); z.push(p[2], q[2], null); };
    for (let c = 0; c < 8; c++) for (let k = 0; k < 3; k++) if (!(c >> k & 1)) {
      const at = (code) => [0, 1, 2].map((m) => (code >> m & 1 ? b : a)[m]);
      edge(at(c), at(c | 1 << k));
    }
    return { type: "scatter3d", mode: "lines", x, y, z, line: { color: "#b6c0cd", width: 2 }, hoverinfo: "skip" };
  };

  const tableTrace = (height) => {
    const [a, b] = episode.box;
    return { type: "mesh3d", x: [a[0], b[0], b[0], a[0]], y: [a[1], a[1], b[1], b[1]], z: Array(4).fill(height),
      i: [0, 0], j: [1, 2], k: [2, 3], color: "#d9c6a5", opacity: 0.35, hoverinfo: "skip" };
  };

  const objectTraces = (thing) => {
    const points = columns(thing.points);
    const middle = (v) => (Math.min(...v) + Math.max(...v)) / 2;
    return [
      { type: "scatter3d", mode: "markers", name: thing.name, ...points,
        marker: { size: 2.6, color: thing.colour }, hoverinfo: "name" },
      { type: "scatter3d", mode: "text", x: [middle(points.x)], y: [middle(points.y)],
        z: [Math.max(...points.z) + 0.025], text: [thing.name],
        textfont: { size: 12, color: "#16202e" }, hoverinfo: "skip" },
    ];
  };

  const hand = columns(episode.hand.points);
  const slider = document.getElementById("time"), now = document.getElementById("now");
  const handTrace = () => {
    const i = +slider.value;
    return { type: "scatter3d", mode: "markers", name: "hand", x: [hand.x[i]], y: [hand.y[i]], z: [hand.z[i]],
      marker: { size: 7, color: "#16202e", line: { color: "#fff", width: 2 } }, hoverinfo: "name" };
  };

  const traces = () => {
    const subtask = episode.subtasks[chosen];
    const seen = episode.moments.slice(0, (subtask ? subtask.moment : 0) + 1).filter((m) => m.objects.length).pop();
    const drawn = [boxTrace(), tableTrace(seen ? seen.table : 0)];
    if (seen && on.objects) seen.objects.filter((o) => o.points).forEach((o) => drawn.push(...objectTraces(o)));
    if (seen && on.around) drawn.push({ type: "scatter3d", mode: "markers", name: "surface", ...columns(seen.around),
      marker: { size: 1.5, color: "#94a3b8" }, hoverinfo: "skip" });
    if (subtask) for (const layer of subtask.layers)
      if (on[layer.kind]) {
        const meshes = layer.shells.map((shell) => shellTrace(layer, shell));
        drawn.push(...meshes);
        if (layer.kind === "affordance" && meshes.length) drawn.push(goalTrace(meshes[0]));
      }
    if (subtask && on.planned) {
      drawn.push(line(subtask.first, `planned at ${subtask.start.toFixed(1)} s`, subtask.colour, 6, "solid"));
      drawn.push(line(subtask.last, "planned last", subtask.colour, 4, "dot"));
    }
    if (on.taken) drawn.push({ ...line(episode.hand.points, "taken", "#16202e", 3, "solid") });
    drawn.push(handTrace());
    return drawn;
  };

  const axis = (title, k) => ({ title: { text: title, font: { size: 11 } }, tickfont: { size: 10, color: "#8592a3" },
    gridcolor: "#e8ecf2", zeroline: false, showbackground: false, nticks: 6, showspikes: false,
    range: [episode.box[0][k] - 0.03, episode.box[1][k] + 0.03] });
  const scene = document.getElementById("scene");
  const far = Math.max(1, 1.25 * scene.clientHeight / scene.clientWidth);  // a narrow view needs distance
  const layout = { margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, paper_bgcolor: "#fbfcfd", uirevision: "keep",
    scene: { xaxis: axis("x: front", 0), yaxis: axis("y: robot's left", 1), zaxis: axis("z: up", 2), aspectmode: "data",
      camera: { eye: { x: 1.0 * far, y: -0.85 * far, z: 0.6 * far }, center: { x: 0, y: 0, z: -0.22 } } } };

  const draw = () => {
    if (!window.Plotly) return;
    Plotly.react(scene, traces(), layout, { responsive: true, displayModeBar: false })
      .catch((error) => { scene.textContent = "The 3-D view needs WebGL: " + error.message; });
  };

  const LAYERS = [["taken", "path taken", "#16202e"], ["planned", "planned path", null],
    ["objects", "objects", "#0d9488"], ["around", "all surfaces", "#94a3b8"],
    ...Object.entries(KINDS).map(([kind, { colour }]) => [kind, kind, colour])];
  const chips = document.getElementById("layers");
  const drawChips = () => {
    const subtask = episode.subtasks[chosen];
    chips.replaceChildren(...LAYERS.map(([key, name, colour]) => {
      const chip = document.createElement("button");
      const layer = subtask && subtask.layers.find((each) => each.kind === key);
      const empty = key in KINDS && !(layer && layer.shells.length);
      chip.className = "chip" + (on[key] && !empty ? " on" : "");
      chip.style.setProperty("--c", colour || (subtask ? subtask.colour : "#66758a"));
      chip.textContent = name + (layer && empty ? ` ${+layer.default.toFixed(3)} everywhere` : "");
      chip.disabled = empty;
      chip.onclick = () => { on[key] = !on[key]; drawChips(); draw(); };
      return chip;
    }));
  };

  const chooseMoment = (i) => {
    all("[data-moment-views]").forEach((e) => { e.hidden = +e.dataset.momentViews !== i; });
    all("[data-moment]").forEach((e) => e.classList.toggle("on", +e.dataset.moment === i));
  };
  const chooseSubtask = (i) => {
    chosen = i;
    all(".subtask").forEach((e) => e.classList.toggle("on", +e.dataset.subtask === i));
    const subtask = episode.subtasks[i];
    if (subtask) {
      const at = episode.hand.time.findIndex((t) => t >= subtask.start - 1e-6);
      slider.value = Math.max(at, 0);
    }
    moveHand(); drawChips(); draw();
  };
  const moveHand = () => {
    const i = +slider.value;
    if (!hand.x.length) return;
    now.textContent = `${episode.hand.time[i].toFixed(1)} s, open ${(100 * episode.hand.width[i]).toFixed(1)} cm`;
  };

  slider.max = Math.max(hand.x.length - 1, 0);
  slider.oninput = () => { moveHand(); draw(); };
  all("[data-moment]").forEach((e) => { e.onclick = () => chooseMoment(+e.dataset.moment); });
  all("[data-subtask]").forEach((e) => { e.onclick = () => chooseSubtask(+e.dataset.subtask); });
  document.getElementById("masks").onchange = (event) =>
    document.body.classList.toggle("no-masks", !event.target.checked);
  const named = episode.moments.findIndex((m) => m.objects.length);
  chooseMoment(Math.max(named, 0));
  chooseSubtask(chosen);
})();
