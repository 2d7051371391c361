"""What four platforms read, written down from their documentation.

A schema is a type, a set of allowed values, a tuple of either, [schema] for a list, or a dict of keys; a key ending in
? may be missing, and the key ... says what other keys may hold.

- Gradescope: Autograder Specifications, "Output format" and "Test case status" (gradescope-autograders.readthedocs.io).
- Classroom 50: the wiki's "Advanced Autograding", "The result.json contract"; the runner adds the owner.
- Autolab: "Formatted Feedback" (docs.autolabproject.com): two lines, of which the last has the scores.
- PrairieLearn: "External Grading", "Grading result" (docs.prairielearn.com).
"""

NUMBER = (int, float)
TEXT = str
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}

GRADESCOPE = {
    "score?": NUMBER,
    "execution_time?": NUMBER,
    "output?": TEXT,
    "output_format?": FORMATS,
    "test_output_format?": FORMATS,
    "test_name_format?": FORMATS,
    "visibility?": VISIBILITIES,
    "stdout_visibility?": VISIBILITIES,
    "extra_data?": {...: object},
    "tests?": [
        {
            "score?": NUMBER,
            "max_score?": NUMBER,
            "status?": {"passed", "failed"},
            "name?": TEXT,
            "name_format?": FORMATS,
            "number?": TEXT,
            "output?": TEXT,
            "output_format?": FORMATS,
            "tags?": [TEXT],
            "visibility?": VISIBILITIES,
            "extra_data?": {...: object},
        }
    ],
}
CLASSROOM50 = {
    "schema": {"classroom50/result/v1"},
    **dict.fromkeys(("classroom", "assignment", "submission", "commit", "release", "review", "datetime"), TEXT),
    "score": int,
    "max-score": int,
    "tests": [{"test-name": TEXT, "passed": bool, "score": int, "max-score": int, ...: object}],
    ...: object,
}
FEEDBACK = {"_presentation": {"semantic"}, "stages": [TEXT], ...: {...: {"passed": bool, "hint?": TEXT}}}
SCORES = {"scores": {...: NUMBER}}
TEST = {
    "name?": TEXT,
    "description?": TEXT,
    "points?": NUMBER,
    "max_points?": NUMBER,
    "message?": TEXT,
    "output?": TEXT,
}
PRAIRIELEARN = (
    {"gradable": {False}, "format_errors?": (TEXT, [TEXT]), "message?": TEXT, "output?": TEXT},
    {"gradable?": {True}, "score": NUMBER, "message?": TEXT, "output?": TEXT, "tests?": [TEST]},
)

PLATFORMS = {
    "gradescope": [GRADESCOPE],
    "classroom50": [CLASSROOM50],
    "autolab": [FEEDBACK, SCORES],
    "prairielearn": [PRAIRIELEARN],
}
"""The documents of a result, one after the other."""


def conforms(value, schema):
    """Fail where a value is not what a schema says."""
    if isinstance(schema, tuple):
        assert any(fits(value, one) for one in schema), (value, schema)
    elif isinstance(schema, set):
        assert value in schema, (value, schema)
    elif isinstance(schema, list):
        assert isinstance(value, list), value
        for item in value:
            conforms(item, schema[0])
    elif isinstance(schema, dict):
        assert isinstance(value, dict), value
        needed = {key for key in schema if key is not ... and not key.endswith("?")}
        assert needed <= value.keys(), needed - value.keys()
        for key, item in value.items():
            rule = schema.get(key, schema.get(f"{key}?", schema.get(...)))
            assert rule is not None, f"unknown key {key}"
            conforms(item, rule)
    else:
        assert isinstance(value, schema), (value, schema)
        assert schema is bool or schema is object or not isinstance(value, bool), value


def fits(value, schema):
    try:
        conforms(value, schema)
    except AssertionError:
        return False
    return True
