// Draws a vega-lite chart and feeds it the rows that Python sends.
const SHARED = '__pretraining_vega', SHARED_COMMS = '__pretraining_comms';
const PATIENCE = 20_000;  // milliseconds for 0.3 MB

// One bundle for all charts on the page: the first chart asks Python for it. If that one is closed before the answer
// is there, or none comes, the next one asks.
async function loadVega(model, closed) {
  while (!closed()) {
    const asked = globalThis[SHARED] ??= askForVega(model).catch((error) => {
      delete globalThis[SHARED];
      throw error;
    });
    const embed = await asked;
    if (embed) return embed;
    if (globalThis[SHARED] === asked) delete globalThis[SHARED];
  }
}

// The bundle's function that draws; nothing if no answer came.
async function askForVega(model) {
  let receive, giveUp, timer;
  const answer = await new Promise((resolve) => {
    receive = (message, buffers) => message.op === 'bundle' && resolve({message, buffers});
    giveUp = () => resolve();
    timer = setTimeout(giveUp, PATIENCE);
    model.on('msg:custom', receive);
    model.on('destroy', giveUp);
    model.send({op: 'need-bundle', packed: 'DecompressionStream' in globalThis});
  });
  clearTimeout(timer);  // it would keep a closed chart
  model.off('msg:custom', receive);
  model.off('destroy', giveUp);
  return answer && start(answer.message, answer.buffers);
}

async function start(message, buffers) {
  const source = message.source ?? await unpack(buffers[0]);
  const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function unpack(bytes) {
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(plain).text();
}

// JupyterLab 4.6 keeps every comm that ever was: `CommHandler` listens to its kernel's status and never stops. What a
// comm calls keeps its widget alive, with all views and charts. So a comm that ends forgets whom to call.
function forgetClosedComms(model) {
  const comm = model.get('layout')?.comm?.jsServicesComm;
  if (!comm || SHARED_COMMS in globalThis) return;  // not JupyterLab, or done
  globalThis[SHARED_COMMS] = true;
  const kind = Object.getPrototypeOf(comm), dispose = kind.dispose;
  kind.dispose = function () {
    dispose.call(this);
    this.onClose = this.onMsg = undefined;
  };
}

async function render({model, el}) {
  forgetClosedComms(model);
  el.setAttribute('role', 'figure');
  const box = document.createElement('div');
  box.textContent = 'Loading the chart …';
  const note = document.createElement('div');
  note.style.cssText = 'min-height: 1.4em; line-height: 1.4; font-variant-numeric: tabular-nums';
  el.append(box);
  const describe = () => el.setAttribute('aria-label', model.get('description'));
  describe();
  model.on('change:description', describe);
  const width = new ResizeObserver(() => {  // the keyboard reaches what it can scroll, and no other chart
    el.scrollWidth > el.clientWidth + 1 ? el.setAttribute('tabindex', 0) : el.removeAttribute('tabindex');
  });
  width.observe(el);
  width.observe(box);

  let view = null, waiting = [], busy = false, closed = false;
  const draw = async () => {
    if (busy || !view) return;
    busy = true;
    while (waiting.length && !closed) {
      const messages = waiting;
      waiting = [];
      let rows = [], fresh = false;
      for (const message of messages) {
        if (message.op === 'reset') { rows = []; fresh = true; }
        for (const row of message.rows) rows.push(row);
      }
      const columns = model.get('columns');
      let change = view.changeset();
      if (fresh) change = change.remove(() => true);
      change = change.insert(rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]))));
      try {
        await view.change('live', change).resize().runAsync();
      } catch (error) {
        console.error(error);
      }
      el.dataset.rows = view.data('live').length;
    }
    busy = false;
  };
  const receive = (message) => {
    if (message.op !== 'append' && message.op !== 'reset') return;
    if (message.note !== undefined) {
      if (!note.parentNode) el.prepend(note);
      note.textContent = message.note;
    }
    if (message.op === 'append' && !message.rows.length) return;
    waiting.push(message);
    draw();
  };
  model.on('msg:custom', receive);

  model.on('destroy', () => { closed = true; width.disconnect(); });
  const embed = await loadVega(model, () => closed);
  if (closed) return;
  box.textContent = '';
  box.setAttribute('aria-hidden', 'true');  // the description says it better than a list of marks
  const result = await embed(box, structuredClone(model.get('spec')), {renderer: 'svg', actions: false});
  view = result.view;
  model.send({op: 'need-rows'});
  return () => {
    closed = true;
    width.disconnect();
    model.off('msg:custom', receive);
    model.off('change:description', describe);
    result.finalize();
  };
}

export default {render};
