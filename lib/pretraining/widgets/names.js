// Copies each slider's label and shown value to the element that has the keyboard focus, and says which button is pressed.
function name(root) {
  const set = (element, attribute, value) => {
    if (value && element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
  };
  for (const slider of root.querySelectorAll('.widget-slider, .widget-hslider, .widget-selection-slider')) {
    const handle = slider.querySelector('.noUi-handle');
    if (!handle) continue;
    const label = slider.querySelector('.widget-label')?.textContent.trim();
    const readout = slider.querySelector('.widget-readout');
    set(handle, 'aria-label', label);
    set(handle, 'aria-valuetext', readout?.textContent.trim());
    if (readout) set(readout, 'aria-label', `${label} value`);
  }
  for (const group of root.querySelectorAll('.widget-toggle-buttons')) {
    set(group, 'role', 'group');
    set(group, 'aria-label', group.querySelector('.widget-label')?.textContent.trim());
    for (const button of group.querySelectorAll('button')) {
      set(button, 'aria-pressed', String(button.classList.contains('mod-active')));
    }
  }
}

function render({el}) {
  el.style.display = 'none';
  let observer;
  const start = () => {
    const root = el.closest('.jp-OutputArea-output') ?? el.closest('.jupyter-widgets') ?? document.body;
    name(root);
    observer = new MutationObserver(() => name(root));
    observer.observe(root, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['aria-valuetext', 'class'],
    });
  };
  setTimeout(start, 0);
  return () => observer?.disconnect();
}

export default {render};
