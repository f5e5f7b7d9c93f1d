"""JupyterLab on Binder: it opens the first lesson, and has the settings that `pretraining lab` gives it elsewhere."""

from pathlib import Path

import pretraining

c = get_config()  # noqa: F821
c.LabApp.app_settings_dir = str(Path(pretraining.__file__).parent / "assets" / "jupyterlab")
c.LabApp.default_url = "/lab/tree/0-start-here.ipynb"
