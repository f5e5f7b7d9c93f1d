"""How nbgrader treats this course; run nbgrader's commands, or `pretraining release` and `grade`, in this folder."""

from pretraining.grading.flags import with_flags

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "pretraining"

# The longest cell trains a small model; nbgrader's default is 30 seconds.
c.Execute.timeout = 120
# A graceful shutdown waits 0.7 s for each submission and changes nothing.
c.Execute.shutdown_kernel = "immediate"
# Where the scorer of own words is not sure, the formgrader shows the cell as needing a manual grade.
c.Autograde.autograde_preprocessors = with_flags()
