"""Programs that run another command: how many of their words are their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..values import Known, Value
from .words import Word, after_flags, after_options, program

WITH_VALUE: Final[dict[str, frozenset[str]]] = {
    "python": frozenset({"-W", "-X", "--check-hash-based-pycs"}),
    "rscript": frozenset({"--encoding", "-g", "--gui", "-d", "--debugger"}),
    "uv": frozenset(
        "--with --with-editable --with-requirements --python -p --project --directory --extra --group --only-group "
        "--no-group --env-file --package --index --default-index --index-url --extra-index-url --find-links "
        "--config-file --cache-dir --refresh-package --upgrade-package --from -f -i".split()
    ),
    "conda": frozenset("-n --name -p --prefix --cwd".split()),
    "poetry": frozenset("-C --directory -P --project".split()),
    "pixi": frozenset("-e --environment --manifest-path".split()),
    "hatch": frozenset("-e --env -p --project".split()),
    "pdm": frozenset("-p --project -s --site-packages".split()),
    "sudo": frozenset("-u -g -h -p -C -r -t --user --group".split()),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "taskset": frozenset(),
    "time": frozenset({"-f", "-o"}),
    "env": frozenset({"-u", "-C", "--unset", "--chdir"}),
    "timeout": frozenset("-s -k --signal --kill-after".split()),
    "xvfb-run": frozenset(
        "-e -f -n -p -s -w --error-file --auth-file --server-num --server-args --xauth-protocol --wait".split()
    ),
    "mpirun": frozenset(
        "-n -np -c -N -H --host --hostfile -hostfile -machinefile -x --bind-to --map-by -wdir --prefix --mca "
        "-ppn -f".split()
    ),
    "srun": frozenset(
        "-n -N -c -p -t -A -J -w -x -o -e -G --ntasks --nodes --cpus-per-task --partition --time --account --job-name "
        "--mem --gres --nodelist --qos --constraint --mpi".split()
    ),
    "sbatch": frozenset(
        "-n -N -c -p -t -A -J -w -x -o -e -G -d --ntasks --nodes --cpus-per-task --partition --time --account "
        "--job-name --mem --gres --output --error --qos --export --array --dependency".split()
    ),
    "dotenv": frozenset({"-f", "--file"}),
    "flags": frozenset(
        "-v --verbose --supervise --standalone --multi_gpu --cpu --use_deepspeed --use_fsdp --no_python --quiet "
        "--mixed --tpu --debug".split()
    ),
    "coverage": frozenset("--rcfile --source --omit --include --data-file --context".split()),
    "memray": frozenset({"-o", "--output"}),
}
"""Options whose value is a word of its own."""

WRAPPERS: Final[dict[str, str | None]] = {
    **dict.fromkeys("uv conda mamba micromamba poetry pipenv pdm hatch pixi rye pipx coverage memray".split(), "run"),
    **dict.fromkeys(
        "env nice nohup time gtime sudo exec stdbuf xvfb-run timeout gtimeout ionice setsid uvx mpirun mpiexec "
        "orterun srun sbatch catchsegv dotenv chronic unbuffer taskset caffeinate tini dumb-init".split()
    ),
}
"""Programs that run the command behind their own options, with the word that must come first, if one must."""

_SAME: Final = {
    "mamba": "conda",
    "micromamba": "conda",
    "gtimeout": "timeout",
    "gtime": "time",
    "mpiexec": "mpirun",
    "orterun": "mpirun",
    "uvx": "uv",
    "pipx": "uv",
}

SCRIPT_MODULES: Final[dict[str, frozenset[str]]] = {
    "papermill": frozenset(),
    "jupyter": frozenset(),
    "nbconvert": frozenset({"--to"}),
    "streamlit": frozenset(),
    "torch.distributed.run": frozenset(
        "--nproc_per_node --nproc-per-node --nnodes --master_port --rdzv_endpoint".split()
    ),
    "torch.distributed.launch": frozenset("--nproc_per_node --nproc-per-node --nnodes --master_port".split()),
    "accelerate.commands.launch": frozenset("--config_file --num_processes".split()),
    "accelerate": frozenset("--config_file --num_processes".split()),
    "pdb": frozenset({"-c"}),
    "cProfile": frozenset({"-o", "-s"}),
    "profile": frozenset({"-o", "-s"}),
    "trace": frozenset({"-C", "--file"}),
    "coverage": WITH_VALUE["coverage"],
    "memray": WITH_VALUE["memray"],
    "debugpy": frozenset({"--listen"}),
    "kernprof": frozenset({"-o"}),
    "scalene": frozenset(),
    "runpy": frozenset(),
}
"""Modules that run another script (`python -m cProfile x.py`), with their options that have values."""


def unwrap(name: str, words: list[Word]) -> list[Word]:
    """The command behind a wrapper; `words` begin with the wrapper's name."""
    values = WITH_VALUE.get(_SAME.get(name, name), frozenset())
    after = after_options(words[1:], values)
    sub = WRAPPERS[name]
    if sub and after and after[0].text == sub:
        after = after_options(after[1:], values)
    elif sub and after and after[0].text in ("tool", "exec") and name in ("uv", "mamba"):
        after = after_options(after[2:], values)
    if name == "dotenv" and after and after[0].text == "run":
        after = after_options(after[1:], values)
    if name == "env":
        while after and "=" in (after[0].text or ""):
            after = after[1:]
    if name == "uv" and any(word.text in ("-m", "--module") for word in words[1 : len(words) - len(after)]):
        after = [Word(Known("python"), words[0].span), Word(Known("-m"), words[0].span), *after]
    if name in ("timeout", "gtimeout", "taskset") and after:
        after = after[1:]
    if name == "hatch" and after and (after[0].text or "").count(":") == 1:  # `hatch run test:python x.py`
        after = [Word(Known((after[0].text or "").partition(":")[2]), after[0].span), *after[1:]]
    return after


Container = tuple[str, list[Word], Value | None]
"""What is run in, for a message; the command inside; the folder inside, if it is told."""

_DOCKER_FLAGS: Final = frozenset(
    "--rm -i -t -it -ti --interactive --tty -d --detach --init --privileged --read-only -P --publish-all -q --quiet "
    "--no-healthcheck --oom-kill-disable -T --no-TTY --no-deps --service-ports --build --use-aliases --nv --cleanenv "
    "-e --contain --compat".split()
)


def _docker(words: list[Word]) -> Container | None:
    words = after_flags(words, frozenset({"-D", "--debug"}))
    if words and words[0].text == "compose":
        words = after_flags(words[1:], frozenset({"--compatibility", "--dry-run"}))
    if words and words[0].text == "container":
        words = words[1:]
    if not words or words[0].text not in ("run", "exec"):
        return None
    return _image(words[1:], _DOCKER_FLAGS - {"-e"})


def _image(words: list[Word], flags: frozenset[str]) -> Container | None:
    after = after_flags(words, flags)
    own = words[: len(words) - len(after)]
    folder: Value | None = None
    for index, word in enumerate(own):
        if word.text in ("-w", "--workdir") and index + 1 < len(own):
            folder = own[index + 1].value
        elif (word.text or "").startswith("--workdir="):
            folder = Known((word.text or "").partition("=")[2], word.span)
    return (f"the image `{after[0].text or '?'}`", after[1:], folder) if after else None


def _kubectl(words: list[Word]) -> Container | None:
    marks = [index for index, word in enumerate(words) if word.text == "--"]
    if (
        not marks
        or "exec" not in [word.text for word in words[: marks[0]]]
        and "run" not in [word.text for word in words[: marks[0]]]
    ):
        return None
    return "the pod", words[marks[0] + 1 :], None


def _singularity(words: list[Word]) -> Container | None:
    if not words or words[0].text not in ("exec", "run"):
        return None
    return _image(words[1:], _DOCKER_FLAGS)


CONTAINERS: Final[dict[str, Callable[[list[Word]], Container | None]]] = {
    "docker": _docker,
    "podman": _docker,
    "nerdctl": _docker,
    "docker-compose": lambda words: _docker([Word(Known("compose"), words[0].span), *words] if words else []),
    "kubectl": _kubectl,
    "oc": _kubectl,
    "singularity": _singularity,
    "apptainer": _singularity,
}
"""Programs that run a command where other files may be."""

__all__ = ["CONTAINERS", "SCRIPT_MODULES", "WITH_VALUE", "WRAPPERS", "program", "unwrap"]
