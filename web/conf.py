"""How Sphinx makes the web edition out of what `build.py` has laid into the source folder."""

from docutils import nodes
from latex2mathml.converter import convert

project = "Pre-training language models, hands on"
html_title = project
author = "the course's maintainers"
project_copyright = "the course's maintainers; text: CC BY 4.0"
language = "en"

extensions = ["myst_nb"]
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_dmath_allow_space = False
myst_dmath_allow_digits = False
myst_heading_anchors = 2
suppress_warnings = ["myst.header"]

# Each lesson runs once; while it does not change, its outputs come from the cache.
nb_execution_mode = "cache"
nb_execution_timeout = 900  # seconds a cell, on a busy machine
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_merge_streams = True  # several prints are one output
# Widgets are shown as pictures: no script from elsewhere draws them.
nb_ipywidgets_js = {}

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["web.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}


def inline(translator, node):
    """A formula in a line, as MathML, which browsers draw by themselves."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block(translator, node):
    """A formula of its own."""
    translator.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def setup(app):
    """Formulas without a script, so that the pages need nothing from elsewhere."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))


html_math_renderer = "mathml"
