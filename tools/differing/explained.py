"""What is known to differ on purpose: each with the paragraph of ``docs/differences.rst`` that tells it."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from differing import packaging, variables
from differing.options import LOOKING, OPTIONS, RUNNING, SHORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from differing.comparing import Point
    from differing.model import Draw


class Shown(NamedTuple):
    """A difference, made small."""

    draw: Draw
    point: Point
    ours: str
    theirs: str

    @property
    def key(self) -> str:
        """The setting, without its environment."""
        return self.point.kind[1]

    def has(self, pattern: str) -> bool:
        """Tell whether a regular expression is found in what was drawn, with its line ends, which TOML escapes."""
        return re.search(pattern, self.draw.show().replace("\\n", "\n")) is not None


class Row(NamedTuple):
    """One thing that differs on purpose."""

    heading: str
    """of the paragraph, as it stands there"""
    fits: Callable[[Shown], bool]
    """narrow: true of nothing else"""
    at_once: bool = False
    """true where the point alone tells it, so that nothing has to be made small"""


#: settings of where an environment is and of its interpreter, and those that look into its variables for a default
_PLACES = (
    *("env_site_packages_dir", "env_site_packages_dir_plat", "env_bin_dir", "env_python", "install_command"),
    *("py_dot_ver", "py_impl", "py_debug", "py_free_threaded", "system_site_packages", "always_copy", "download"),
)
#: settings that names and descriptions come from, and those that are judged before either is looked for
_LISTED = ("description", "env_list", "envlist", "requires", "min_version", "minversion", "provision_tox_env", "base")


def listed(shown: Shown) -> bool:
    """Find what theirs refuses because of an environment that is not shown, or of another setting where names are."""
    refused = re.match(r"\d not 254: (\w+)", shown.point.name)
    nothing = shown.ours.strip() == "exit 0:"
    if shown.point.what == "exit" and refused is not None and refused[1] not in _LISTED:
        blamed = re.search(r"(?:failed to load|replace failed in) (\S+)\.\w+", shown.theirs)
        elsewhere = _of_others(shown, refused[1]) if blamed is None else blamed[1] not in _asked(shown)
        return _lists(shown) or nothing or (elsewhere and "ALL" not in _asked(shown))
    if shown.point.name == "0 not 254":  # which says nothing of it with -qq
        return _lists(shown) and not shown.theirs.removeprefix("exit 254:").strip() and _has_unlisted(shown)
    spec = "virtualenv_spec" in shown.theirs and _of_others(shown, "virtualenv_spec")
    unseen = _lists(shown) or nothing or spec
    return shown.point.what == "crash" and shown.ours.startswith("exit 0") and unseen


def _has_unlisted(shown: Shown) -> bool:
    """Tell whether a setting is set that has nothing to do with the name and the description of an environment."""
    return shown.has(rf"(?m)^(?!({'|'.join(_LISTED)})\b)\w+ *=")


def _asked(shown: Shown) -> str:
    """Give the lines that may ask for environments."""
    return "\n".join(line for line in shown.draw.show().splitlines() if line.startswith(("$", "env_list")))


def _of_others(shown: Shown, reason: str) -> bool:
    """Tell whether a setting is set only for environments that are not asked for by name, nor are default ones."""
    section, sections = "", []
    for line in shown.draw.show().splitlines():
        section = line if line.startswith("[") else section
        if re.match(r"package\b" if reason == "invalid" else rf"{reason}\b", line):
            sections.append(section)
    envs = [re.match(r'\[(?:tool\.tox\.)?(?:env\.|testenv:)"?([^\]"]+)"?\]$', section) for section in sections]
    return bool(envs) and all(env is not None and env[1] not in _asked(shown) for env in envs)


def _lists(shown: Shown) -> bool:
    commands = {step.command.split(" ")[-1] for step in shown.draw.steps}
    return commands <= {"l", "list", "-l", "-a", "--listenvs", "--listenvs-all"}


def located(shown: Shown) -> bool:
    """Find a place that theirs refuses, as a variable cannot be made."""
    variables = shown.key == "deps" and shown.has(r"\$\{")
    wrong = shown.has("set_?env|virtualenv_spec|pass_?env")
    place = shown.key in _PLACES or shown.has(r"\{env_?(site_?packages_?dir|bin_?dir|python)")
    by_place = shown.has(r"base_?python.*\{env_?(site_?packages_?dir|bin_?dir|python)")
    skipped = shown.point.name == "report" and "SKIP" in shown.theirs and "FAIL" in shown.ours and by_place
    return (skipped or (shown.point.what in ("taken", "refused") and (place or variables))) and wrong


def bootstrapped(shown: Shown) -> bool:
    """Find another virtualenv, which theirs installs to tell where an environment is, again and again."""
    return shown.point.kind == ("endless", "theirs") and shown.has("virtualenv_spec")


def empty_version(shown: Shown) -> bool:
    """Find a requirement that ours refuses, as its version is nothing."""
    return (
        shown.point.what == "refused" and shown.has(r"=\s*(\{|\[\])") and (shown.key == "deps" or shown.has(r"deps\}"))
    )


def blank_python(shown: Shown) -> bool:
    """Find blanks around the name of an interpreter."""
    return shown.point.what == "taken" and shown.key == "base_python" and shown.has(r"\" | \"")


def nothing_beside(shown: Shown) -> bool:
    """Find a requirement that theirs refuses, as something within it is substituted by nothing."""
    empty = shown.has(r"\bdeps\b[^\n]*(\{(env:\w+|\w*:|factor:\w+|posargs|\[[^]]+\]\w)|\[\])")
    return shown.point.what == "taken" and shown.key == "deps" and empty


def blank_constraints(shown: Shown) -> bool:
    """Find a blank in the path of a constraints file, perhaps behind a backslash."""
    odd = " " in shown.ours.strip() or shown.ours.strip() in ("\\", "'", '"')
    return shown.point.what in ("taken", "value") and shown.key == "constraints" and odd


def blank_path(shown: Shown) -> bool:
    """Find a path that differs by blanks at the ends of one part."""
    if shown.point.what == "file":  # a folder that is named by the first of two lines, or by both
        return shown.has(r"_?dir\s*[=:]\s*\S.*\n[ \t]+\S")
    apart = [re.sub(r"(?:\s|\\n)*(/|$)(?:\s|\\n)*", r"\1", text.strip('"')) for text in (shown.ours, shown.theirs)]
    return shown.point.what == "value" and shown.ours != shown.theirs and "/" in shown.ours and apart[0] == apart[1]


def wordless(shown: Shown) -> bool:
    """Find a command of which a word is no text."""
    commands = ("install_command", "list_dependencies_command")
    other = shown.has(r"_command = (\[|.*then = \[|.*default = \[)[^\n]*(\d|true|false|\{|\[|\"\")")
    return shown.point.what == "refused" and shown.key in commands and other


def rootless(shown: Shown) -> bool:
    """Find a root that is not there, for which theirs crashes."""
    missing = shown.point.what == "crash" and shown.theirs.startswith("FileNotFoundError")
    return missing and shown.has(r"--ro|tox_?root|toxinidir")


def schema(shown: Shown) -> bool:
    """Find the schema, which theirs makes of the project it is asked for in."""
    asked = shown.draw.steps[shown.point.step].command == "schema"
    unavailable = shown.point.what == "said" and "marked as unavailable" in shown.theirs
    crashed = shown.point.what == "crash" and "$ref" in shown.ours
    return asked and (shown.point.what in ("value", "exit") or unavailable or crashed)


def coloured(shown: Shown) -> bool:
    """Find a document that theirs colours."""
    return shown.point.what == "document"


def partial(shown: Shown) -> bool:
    """Find what is shown before a mistake ends the command."""
    return shown.point.what == "shown"


def unasked(shown: Shown) -> bool:
    """Find a default for an option of another command, of which theirs warns."""
    lines = [line for line in shown.theirs.splitlines() if line.strip()]
    warned = all(re.match(r"ROOT: (env var TOX|\S+ key \w+ as type )", line) for line in lines)
    colored = shown.point.kind == ("color", "theirs") and shown.has(r"\$ .*TOX_?[A-Z_]+=")
    return (shown.point.kind == ("said", "theirs") and warned) or colored


def asked_silently(shown: Shown) -> bool:
    """Find a program that theirs takes for an interpreter, and tells of."""
    lines = [line for line in shown.theirs.splitlines() if line.strip()]
    return shown.point.kind == ("said", "theirs") and all("omitted query markers" in line for line in lines)


def abbreviated(shown: Shown) -> bool:
    """Find the name of a command behind an option that is not written out."""
    whole = {flag for option in OPTIONS for flag in option.flags}
    commands = {*LOOKING, *RUNNING, *SHORT.values()}
    pairs = [pair for step in shown.draw.steps for pair in itertools.pairwise(step.words)]
    return any(first.startswith("--") and first not in whole and second in commands for first, second in pairs)


def unknown_label(shown: Shown) -> bool:
    """Find what ours says of labels and factors that nothing has."""
    return shown.point.kind == ("said", "ours") and shown.ours.startswith("ROOT: no environment has ")


def unneeded_default(shown: Shown) -> bool:
    """Find a default within a default that is a list, a condition without its parts, or arguments nobody can read."""
    within = r"default = \{[^}]*(default = \[|replace = \"if\")"
    arguments = shown.has(r"\{env:\w+:\{posargs") and shown.has("args_are_paths")
    return shown.point.what == "taken" and (shown.has(within) or arguments)


def lone_comma(shown: Shown) -> bool:
    """Find a line with commas alone, beside lines for other environments or for nothing."""
    return shown.point.what == "value" and shown.has(r"\n\s+[,\s]*,[,\s]*\n\s+(\S*:|\{)")


def versioned(shown: Shown) -> bool:
    """Find the version, asked for beside a configuration that is not there, or cannot be read."""
    missing = re.search("could not find any config file|does not exist|failed loading", shown.theirs)
    return shown.point.what == "exit" and missing is not None and shown.has(r"\$ .*--ver")


def blank_entries(shown: Shown) -> bool:
    """Find a list that has an empty entry in theirs."""
    texts = [re.sub(r'"", |(, )?""', "", text) for text in (shown.ours, shown.theirs)]
    return shown.point.what == "value" and '""' in shown.theirs and texts[0] == texts[1]


def tab_behind(shown: Shown) -> bool:
    """Find a tab behind a requirement, or a blank behind the path of a constraints file."""
    if shown.key == "constraints" and shown.point.what == "value":
        return shown.ours != shown.theirs and shown.ours.strip('" ') == shown.theirs.strip('" ')
    return shown.point.what == "taken" and shown.key == "deps" and shown.has(r"deps[^\n]*(\\t|\t)")


def above(shown: Shown) -> bool:
    """Find commands in a folder that is above the project, or above the current folder."""
    below = shown.draw.steps[shown.point.step].cwd not in (".", "..")
    placeless = [re.sub(r"(?m)^(\S+: \S+)(?: [^>\n]*)?> ", r"\1> ", text) for text in (shown.ours, shown.theirs)]
    commands = shown.point.kind == ("value", "commands") and placeless[0] == placeless[1]
    return commands and (below or shown.has(r"change_?dir[\s=:\"]+\.\."))


def not_offered(shown: Shown) -> bool:
    """Find settings of the project beside an environment of a kind that nobody offers, or beside none."""
    told = shown.point.name == "output" and "  [tox] unused config key(s): " in shown.ours
    return (shown.point.name in ("tox settings", "tox unused") and shown.has("runner")) or (
        told and shown.has(r"(?m)^\$.* (--skip-env|-[mf])")
    )


def placeless(shown: Shown) -> bool:
    """Find an environment whose folder is wrong, beside others."""
    return shown.point.what == "exit" and re.match(r"[01] not 254: env_dir", shown.point.name) is not None


def of_yours(shown: Shown) -> bool:
    """Find a folder with a file in it, or that the project is in, that is to be a folder of an environment."""
    refused = re.search(r"env_(tmp_|log_)?dir of \S+ cannot be", shown.ours) is not None
    around = shown.has(r"env_?(tmp_?|log_?)?dir\s*[=:]\s*\"?\.\.?(\"|\s|$)")
    kept = shown.point.what == "file" and shown.point.name.endswith(".gitignore") and shown.ours == "None"
    return (
        (shown.point.what == "exit" and refused)
        or (kept and shown.has(r"work_?di"))
        or around
        or (shown.has(r"env_?(tmp_?|log_?)?dir[ =:\"]+(\S*/)?d\b") and shown.has("d/n.txt"))
    )


def labelled(shown: Shown) -> bool:
    """Find an environment of a label that builds packages."""
    packages = shown.has("package_env|isolated_build_env|wheel_build_env")
    return shown.key == "environments" and packages and shown.has("labels")


def by_table(shown: Shown) -> bool:
    """Find an override that names the table of ``pyproject.toml``."""
    return shown.has(r"(-x|--ov\w*|TOX_OVERRIDE)[ =]?['\"]?tool\.tox\.")


def based(shown: Shown) -> bool:
    """Find names of bases that are looked up."""
    return shown.has(r"\bbase\b\s*[=:]\s*.*\{") and shown.point.what in ("value", "taken", "exit", "crash")


def worded(shown: Shown) -> bool:
    """Find a default of words that is a text or a table."""
    return shown.has(r"\"(posargs|glob)\"[^}]*default = (\"|\{)") and shown.point.what in ("value", "taken", "refused")


def mixed(shown: Shown) -> bool:
    """Find a template with factors beside groups of them."""
    lists = [line for line in shown.draw.show().splitlines() if line.startswith("factors = [")]
    return shown.point.what == "exit" and any(
        re.search(r"[\[,] *[\"\d].*[\[,] *[{\[]|[]}], *\"", line) for line in lists
    )


def unneeded(shown: Shown) -> bool:
    """Find a wrong kind of package where none is installed."""
    invalid = shown.point.what == "exit" and shown.point.name.startswith("0 not 254: invalid package")
    return invalid and shown.has("skip_install")


def of_environments(shown: Shown) -> bool:
    """Find a reference to an environment where theirs knows none yet, as in the project and in ``[pkgenv]``."""
    of_env = r"\[(testenv:|(tool\.tox\.)?env\.)"
    project = shown.point.name.startswith("tox ") or shown.point.what in ("exit", "crash", "said")
    unread = shown.point.what in ("taken", "refused") or re.search(of_env, shown.theirs) is not None
    return (project or shown.has(r"\[pkgenv\]")) and unread and shown.has(rf"(?m)^(\w+ *=|  ).*\{{{of_env}[^]]+\]\w+")


def of_itself(shown: Shown) -> bool:
    """Find arguments in what says how they are read."""
    return shown.point.what == "taken" and shown.has(r"args_are_paths.*(posargs|\[\])")


def in_place(shown: Shown) -> bool:
    """Find a wrong setting for which theirs shows nothing, or which it tells in another place, too."""
    elsewhere = shown.point.what == "taken" and shown.key == "virtualenv_spec" and shown.has(r"base_?python.*[=<>~!]")
    return elsewhere or (shown.point.what == "exit" and shown.point.name.startswith("255 not 254: "))


def no_kind(shown: Shown) -> bool:
    """Find a table whose ``replace`` is no kind of it."""
    return shown.point.what in ("exit", "refused", "value") and shown.has(r"replace = \"(?!env|glob|if|posargs|ref)")


def blank_name(shown: Shown) -> bool:
    """Find a setting of an environment whose name has a blank, or another character that names rarely have."""
    shows = re.match(r"(env\.|\[testenv:)[^\]]*[^\w.\]-][^\]]*\]? ", shown.point.name)
    refused = re.search(r"failed to load ([^:]*)\.\w+: ", shown.theirs)
    named = refused is not None and re.search(r"[^\w.-]", refused[1]) is not None
    return bool((shown.point.what == "taken" and shows) or (shown.point.what == "exit" and named))


def programless(shown: Shown) -> bool:
    """Find a command that is nothing but what is said of its exit code."""
    one = shown.key in ("install_command", "list_dependencies_command")
    return shown.point.what == "refused" and one and re.fullmatch(r"[-! ]+", shown.theirs.strip()) is not None


def colon(shown: Shown) -> bool:
    """Find the separator of paths within an expression in a command."""
    commands = "command" in shown.key
    return shown.point.what in ("value", "taken", "refused") and commands and shown.has(r"\{[^{}\n]+\{:\}")


def refused_run(shown: Shown) -> bool:
    """Find a run that ours refuses before anything is made, for what theirs asks for when an environment has ended."""
    left_out = all(re.match(r"  (\S+: SKIP|evaluation)", line) for line in shown.ours.splitlines())
    nothing = shown.ours in ("None", "<missing>") or left_out
    wrong = r"(ignore_outcome|fail_fast)[ \t]*[=:][ \t]*(?!(?i:true|false|yes|no|on|off|[01])[ \t]*(?:[,}\n]|$))\S"
    depends = shown.point.name == "report" and shown.has("depends") and " SKIP " in shown.theirs
    return nothing and (depends or (shown.has(wrong) and shown.point.what in ("value", "file")))


def builds_editable(shown: Shown) -> bool:
    """Find the other environment that builds an editable package."""
    kind = shown.draw.steps[shown.point.step].command.split(" ")[-1] in ("depends", "de")
    return kind and shown.has("wheel_build_env") and re.sub(r"( ~ \S+) \| \S+", r"\1", shown.ours) == shown.theirs


def endless_in_place(shown: Shown) -> bool:
    """Find a setting that needs itself, of an environment that has a package of its own Python."""
    return shown.point.name.startswith("254 not 255") and re.search(r"recursion|too deep", shown.ours) is not None


def replaced(shown: Shown) -> bool:
    """Find an override in the place of a value of a wrong type."""
    names = re.escape(shown.key)
    return shown.point.what == "taken" and shown.has(rf"(-x|--ov\w*|TOX_OVERRIDE)[ =]?['\"]?env_run_base\.{names}=")


def null_byte(shown: Shown) -> bool:
    """Find an INI file with a null byte, which ours refuses."""
    odd = any(file.odd == "nul" and file.form == "ini" for file in shown.draw.files)
    return shown.point.what == "exit" and shown.point.name.startswith("254 not") and odd


_LOCKS = r"/file\.lock(\.\w+)*(/.*)?$|^home/\.cache(/tox(/.*)?)?$"


def locked(shown: Shown) -> bool:
    """Find what ours needs for its locks."""
    name, what = shown.point.name, shown.point.what
    if what == "file":
        return shown.theirs in ("None", "<missing>") and re.search(_LOCKS, name) is not None
    if name == "seen fds" and shown.ours != shown.theirs:
        pairs = zip(shown.ours.splitlines(), shown.theirs.splitlines(), strict=False)
        noted = [pair for pair in pairs if pair[0] != pair[1] and "<missing>" not in pair]  # the backend notes none
        apart = [(json.loads(first), json.loads(second)) for first, second in noted]
        return all({*first} > {*second} and len(first) - len(second) <= 2 for first, second in apart)
    return name == "seen __TOX_LOCKS_HELD"


ROWS: tuple[Row, ...] = (
    Row("Environments are locked", locked, at_once=True),
    Row("Listing needs only what it shows", listed),
    Row("Where an environment is does not depend on variables", located),
    Row("Where an environment is does not depend on variables", bootstrapped, at_once=True),
    Row("What can be no marker is part of the value", variables.unmarked),
    Row("A brace without partner means itself in set_env", variables.unpaired),
    Row("What is put into a value adds nothing to it", empty_version),
    Row("Values of ``base_python`` may have blanks around them", blank_python),
    Row("Nothing beside a requirement is nothing", nothing_beside),
    Row("Paths in ``constraints`` may have blanks", blank_constraints),
    Row("Blanks around a path are not part of it", blank_path),
    Row("Words of one command are texts", wordless),
    Row("The folder of the project may be made later", rootless),
    Row("The schema is the same whatever the configuration", schema, at_once=True),
    Row("Standard output has the document, and nothing else", coloured, at_once=True),
    Row("What can be shown is shown before a mistake is told", partial, at_once=True),
    Row("Variables for options of other commands are not looked at", unasked, at_once=True),
    Row("Programs that are no Python are asked silently", asked_silently, at_once=True),
    Row("The value of an option is no command, however the option is written", abbreviated),
    Row("What nothing has is told with what there is", unknown_label, at_once=True),
    Row("A default that is not needed is not judged", unneeded_default),
    Row("A marker belongs to one variable", variables.marked),
    Row("Lines of ``set_env`` end at line ends", variables.other_lines),
    Row("``PYTHONHASHSEED`` is set unless something sets it", variables.hash_seed),
    Row("A line of nothing but commas is nothing", lone_comma),
    Row("The version needs no configuration", versioned),
    Row("Folders of yours are left alone", of_yours),
    Row("A wrong folder fails its environment", placeless),
    Row("Entries of blanks are none", blank_entries),
    Row("A folder that the project is in is shown in full", above),
    Row("Blanks behind an entry are not part of it", tab_behind),
    Row("Settings of the project that environments bring come with one", not_offered),
    Row("Variables that hold all variables have the others evaluated", variables.of_all),
    Row("A label makes no environment of what builds packages", labelled),
    Row("Overrides may name the table of ``pyproject.toml``", by_table),
    Row("A reference to ``set_env`` gives what is set", variables.referred),
    Row("``base`` is looked up without the environment", based),
    Row("A default in the place of words is words", worded),
    Row("A template has factors, or groups of them", mixed),
    Row("The package of an environment that installs none is not judged", unneeded),
    Row("Settings of the project may refer to environments", of_environments),
    Row("How arguments are read does not depend on how they are read", of_itself),
    Row("A wrong setting is told in its place", in_place),
    Row("A table that stands for nothing is no name", no_kind),
    Row("Names of environments may have blanks", blank_name),
    Row("What tox sets itself is not evaluated", variables.fixed),
    Row("A null byte in an INI file is refused", null_byte),
    Row("Words of one command are texts", programless),
    Row("A separator of paths within an expression is text", colon),
    Row("What would take for ever is refused", endless_in_place),
    Row("Every environment that builds is told", builds_editable),
    Row("What is asked when environments have ended is judged before", refused_run),
    Row("An override counts instead of a value that is wrong", replaced),
    Row("A variable that is not asked for needs nothing", variables.unasked_circle),
    Row("A wrong ``package_root`` fails the environment", packaging.wrong_root),
    Row("An environment whose setup failed is built anew", packaging.anew, at_once=True),
    Row("A package environment that cannot be set up fails whoever needs it", packaging.for_all, at_once=True),
    Row("A backend that cannot be started is recorded", packaging.not_started, at_once=True),
    Row("A backend that ends with a sentence has failed with 1", packaging.sentence, at_once=True),
    Row("Mistakes are told, never as a traceback", packaging.not_read, at_once=True),
    Row("A package that is given needs no environment", packaging.given, at_once=True),
    Row("A backend is asked only for what is built", packaging.asked_less, at_once=True),
    Row("What an external package needs is installed once", packaging.once, at_once=True),
    Row("What a hook writes is in its log", packaging.in_logs, at_once=True),
    Row("What is installed is recorded of environments made anew, too", packaging.listed_complete, at_once=True),
    Row("Backends are asked when the answer is needed", packaging.in_order, at_once=True),
    Row("What tox sets itself is not unused", packaging.set_by_tox, at_once=True),
    Row("A package environment that is not needed stays", packaging.not_needed, at_once=True),
    Row("The metadata of a wheel is read within it", packaging.metadata_within, at_once=True),
    Row("Environments are locked", packaging.not_there, at_once=True),
    Row("The package of an environment that installs none is not judged", packaging.not_run, at_once=True),
    Row("An unchanged package is not installed again", packaging.unchanged, at_once=True),
)


def explanation(shown: Shown, *, at_once: bool = False) -> str | None:
    """Give the heading of the paragraph that tells a difference, if one does.

    :param at_once: asks only the rows that need nothing but the point
    """
    return next((row.heading for row in ROWS if (row.at_once or not at_once) and row.fits(shown)), None)
