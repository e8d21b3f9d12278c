
const model = JSON.parse(document.getElementById("model").textContent);
const files = document.getElementById("files"), drop = document.getElementById("drop");
const status = document.getElementById("status"), results = document.getElementById("results");
const shown = 5;

// What the page carries: gzip in base64.
async function unpack(id) {
  const element = document.getElementById(id), text = atob(element.textContent);
  element.remove();
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function start() {
  const source = URL.createObjectURL(new Blob([await unpack("runtime")], { type: "text/javascript" }));
  const ort = await import(source);
  URL.revokeObjectURL(source);
  // A page without a server of its own has no threads.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = await unpack("webassembly");
  const session = await ort.InferenceSession.create(new Uint8Array(await unpack("network")), { executionProviders: ["wasm"] });
  const score = async pixels => {
    const input = new ort.Tensor("uint8", pixels, [1, 3, model.height, model.width]);
    return (await session.run({ Pixels: input }, ["Score"])).Score.data;
  };
  // The first run prepares what later ones use.
  await score(new Uint8Array(3 * model.height * model.width));
  return score;
}

// Where the whole picture lies on what the network sees: as the library places it, which rounds halves to even numbers.
function place(width, height) {
  const even = x => { const up = Math.round(x); return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up; };
  const side = (length, scale, least, most) => Math.min(most, Math.max(least, even(length * scale)));
  const across = model.width / width, down = model.height / height;
  let w = model.width, h = model.height;
  if (model.resizing === "IsoCrop") {
    w = side(width, Math.max(across, down), w, Infinity);
    h = side(height, Math.max(across, down), h, Infinity);
  } else if (model.resizing === "IsoPad") {
    w = side(width, Math.min(across, down), 1, w);
    h = side(height, Math.min(across, down), 1, h);
  }
  return [Math.floor((model.width - w) / 2), Math.floor((model.height - h) / 2), w, h];
}

function draw(picture) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [model.width, model.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const placed = place(picture.width, picture.height);
  context.fillStyle = model.resizing === "IsoPad" ? "black" : "white";
  context.fillRect(0, 0, model.width, model.height);
  // Transparent parts lie over white.
  context.fillStyle = "white";
  context.fillRect(...placed);
  context.imageSmoothingQuality = "medium";
  context.drawImage(picture, ...placed);
  return [canvas, context.getImageData(0, 0, model.width, model.height).data];
}

// Red, green and blue one after the other, where a canvas has them pixel by pixel.
function planes(rgba) {
  const plane = rgba.length / 4, pixels = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let channel = 0; channel < 3; channel++) pixels[channel * plane + i] = rgba[4 * i + channel];
  }
  return pixels;
}

function add(parent, name, text, className) {
  const element = parent.appendChild(document.createElement(name));
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function show(file, canvas, scores, milliseconds) {
  const item = document.createElement("li"), title = add(item, "h2", file.name + " ");
  add(title, "span", `${milliseconds.toFixed(1)} ms`, "time");
  const figure = add(item, "figure"), image = add(figure, "img"), caption = add(figure, "figcaption");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
  caption.append(canvas, "what the network sees");
  const list = add(item, "ol", "", "classes");
  const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, shown);
  for (const index of best) {
    const row = add(list, "li");
    add(row, "span", model.classes[index]);
    add(row, "data", `${(100 * scores[index]).toFixed(1)} %`).value = scores[index];
    add(add(row, "div", "", "bar"), "i").style.width = `${100 * scores[index]}%`;
  }
  results.prepend(item);
  status.textContent = `${file.name}: ${model.classes[best[0]]}, ${(100 * scores[best[0]]).toFixed(1)} %`;
}

function refuse(file, why) {
  const item = document.createElement("li");
  item.className = "fault";
  item.textContent = `${file.name}: ${why}`;
  results.prepend(item);
  status.textContent = `${file.name} was not classified.`;
}

async function classify(file, score) {
  let picture;
  try {
    // Upright, and with its colours as they are stored: as the network's own pictures were read.
    picture = await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none" });
  } catch {
    refuse(file, "this browser cannot read it as a picture. Expected a whole JPEG, PNG, GIF, WebP or BMP file.");
    return;
  }
  try {
    const [canvas, rgba] = draw(picture), pixels = planes(rgba), begun = performance.now();
    const scores = await score(pixels);
    show(file, canvas, scores, performance.now() - begun);
  } catch (fault) {
    refuse(file, `the network could not be computed (${fault.message}).`);
  } finally {
    picture.close();
  }
}

try {
  const score = await start();
  // One after the other, so that each one's time is its own.
  let last = Promise.resolve();
  const take = taken => { for (const file of taken) last = last.then(() => classify(file, score)); };
  files.disabled = false;
  files.onchange = () => { take([...files.files]); files.value = ""; };
  // Anywhere on the page: a picture beside the frame would else replace the page.
  document.ondragover = event => { event.preventDefault(); drop.classList.add("over"); };
  document.ondragleave = () => drop.classList.remove("over");
  document.ondrop = event => { event.preventDefault(); drop.classList.remove("over"); take([...event.dataTransfer.files]); };
  status.textContent = "Ready.";
} catch (fault) {
  status.className = "fault";
  status.textContent = `The network cannot be loaded in this browser (${fault.message}). It needs WebAssembly and DecompressionStream: a browser of 2023 or later.`;
}
