"""The clients that start an external process: how each is run, where its script is named, how the two sides speak.

Read off dagster 1.13.28, dagster-docker, dagster-k8s, dagster-databricks, dagster-aws, dagster-gcp and dagster-azure
0.29.27, dagster-ray 0.4.8, dagster-modal 0.0.5 and dagster-slurm 1.22.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal as Choice

from ..records import NamedTuple
from .members import Signature, signature

Holds = Choice["command", "container", "script", "reference"]
"""What stands at a place: a command line (list or text); a mapping with `command` and `args`, the second behind the
first; a script's path; a function or module by name (`pkg.mod::function`)."""


class Place(NamedTuple):
    """Where in a call the command or the script is."""

    argument: str
    within: tuple[str, ...] = ()
    """Keys, attributes or keyword arguments, one inside the other; `*` for each item of a list, `0` for the first."""
    holds: Holds = "command"


class Transport(NamedTuple):
    """How context and messages travel unless the client is told otherwise: the names of the context injector and of
    the message reader; None where the client must be given one.
    """

    injector: str | None
    reader: str | None


class Client(NamedTuple):
    """A class whose `run()` starts a process."""

    name: str
    package: str
    source: str
    """The module that defines it."""
    run: Signature
    places: tuple[Place, ...]
    """Where what is started may be named, the first that is given; none where that is somebody else's configuration."""
    unnamed: str
    """Why nothing is known if no place names anything, with the call's own values in braces."""
    transport: Transport
    before: tuple[str, ...] = ()
    """Where in the call the words are that stand before the command (an image's entrypoint)."""
    folder: tuple[str, ...] = ()
    """Where in the call the folder is in which the command runs."""
    local: bool = False
    """Whether what is named is a file of the machine on which Dagster runs, so that it can be told to be missing."""
    strict: bool = True
    """Whether a call can be held against `run`: it is the whole signature, and no version has had another."""

    @property
    def takes_extras(self) -> bool:
        return any(parameter.name == "extras" for parameter in self.run.parameters)


_FILES = Transport("PipesTempFileContextInjector", "PipesTempFileMessageReader")
_RAY = Transport("PipesEnvContextInjector", "PipesRayJobMessageReader")
_CLOUDWATCH = Transport("PipesEnvContextInjector", "PipesCloudWatchMessageReader")
_SLURM = Transport("PipesEnvContextInjector", "SSHMessageReader")
_IMAGE = "the image `{image}` says itself what it runs"


def _client(
    where: str,
    parameters: str,
    places: str,
    unnamed: str,
    transport: Transport,
    before: str = "",
    folder: str = "",
    local: bool = False,
    strict: bool = True,
) -> tuple[str, Client]:
    package, _, rest = where.partition(".")
    module, _, name = rest.rpartition(".")
    run = signature(f"{name}.run", *parameters.split(), receiver=True, keyword_only=True)
    return name, Client(
        name,
        package,
        f"{package}.{module}",
        run,
        tuple(map(_place, places.split())),
        unnamed,
        transport,
        tuple(before.split(".")) if before else (),
        tuple(folder.split(".")) if folder else (),
        local,
        strict,
    )


def _place(written: str) -> Place:
    """`argument.key.*.key:holds`."""
    path, _, holds = written.partition(":")
    argument, *within = path.split(".")
    return Place(argument, tuple(within), holds or "command")  # type: ignore[arg-type]


_DATABRICKS_TASK = (
    "task.spark_python_task.python_file:script task.notebook_task.notebook_path:script "
    "task.spark_submit_task.parameters:command"
)

CLIENTS: Mapping[str, Client] = dict(
    (
        _client(
            "dagster._core.pipes.subprocess.PipesSubprocessClient",
            "context extras= command env= cwd=",
            "command",
            "the call passes no `command` that can be seen",
            _FILES,
            folder="cwd",
            local=True,
        ),
        _client(
            "dagster_docker.pipes.PipesDockerClient",
            "context image extras= command= env= registry= container_kwargs=",
            "command",
            _IMAGE,
            Transport("PipesEnvContextInjector", "PipesDockerLogsMessageReader"),
            "container_kwargs.entrypoint",
        ),
        _client(
            "dagster_k8s.pipes.PipesK8sClient",
            "context extras= image= command= namespace= env= base_pod_meta= base_pod_spec= ignore_containers= "
            "enable_multi_container_logs= pod_wait_timeout= delete_pod_on_completion=",
            "command base_pod_spec.containers.0:container",
            _IMAGE,
            Transport("PipesEnvContextInjector", "PipesK8sPodLogsMessageReader"),
        ),
        _client(
            "dagster_databricks.pipes.PipesDatabricksClient",
            "context extras= task submit_args=",
            _DATABRICKS_TASK,
            "the Databricks task names no script",
            Transport("PipesDbfsContextInjector", "PipesDbfsMessageReader"),
        ),
        _client(
            "dagster_databricks.pipes.PipesDatabricksServerlessClient",
            "context extras= task submit_args=",
            _DATABRICKS_TASK,
            "the Databricks task names no script",
            Transport("PipesUnityCatalogVolumesContextInjector", "PipesUnityCatalogVolumesMessageReader"),
        ),
        _client(
            "dagster_aws.pipes.clients.lambda_.PipesLambdaClient",
            "function_name event context",
            "",
            "the code of the Lambda function `{function_name}` is deployed from elsewhere",
            Transport("PipesLambdaEventContextInjector", "PipesLambdaLogsMessageReader"),
        ),
        _client(
            "dagster_aws.pipes.clients.glue.PipesGlueClient",
            "context start_job_run_params extras=",
            "",
            "the Glue job `{start_job_run_params.JobName}` says itself what it runs",
            Transport(None, "PipesCloudWatchMessageReader"),
            strict=False,  # before 0.25 it took `job_name` and `arguments`
        ),
        _client(
            "dagster_aws.pipes.clients.ecs.PipesECSClient",
            "context run_task_params extras= pipes_container_name= waiter_config=",
            "run_task_params.overrides.containerOverrides.*.command",
            "the task definition `{run_task_params.taskDefinition}` says itself what it runs",
            _CLOUDWATCH,
        ),
        _client(
            "dagster_aws.pipes.clients.emr.PipesEMRClient",
            "context run_job_flow_params extras=",
            "run_job_flow_params.Steps.*.HadoopJarStep.Args",
            "no step of the job flow names a script",
            Transport("PipesEnvContextInjector", None),
        ),
        _client(
            "dagster_aws.pipes.clients.emr_containers.PipesEMRContainersClient",
            "context start_job_run_params extras=",
            "start_job_run_params.jobDriver.sparkSubmitJobDriver.entryPoint:script",
            "the job's entry point is not named",
            _CLOUDWATCH,
        ),
        _client(
            "dagster_aws.pipes.clients.emr_serverless.PipesEMRServerlessClient",
            "context start_job_run_params extras=",
            "start_job_run_params.jobDriver.sparkSubmit.entryPoint:script",
            "the job's entry point is not named",
            _CLOUDWATCH,
        ),
        _client(
            "dagster_gcp.pipes.clients.dataproc_job.PipesDataprocJobClient",
            "context submit_job_params extras=",
            "submit_job_params.job.pyspark_job.main_python_file_uri:script "
            "submit_job_params.request.job.pyspark_job.main_python_file_uri:script "
            "submit_job_params.job.spark_r_job.main_r_file_uri:script "
            "submit_job_params.request.job.spark_r_job.main_r_file_uri:script",
            "the Dataproc job names no script",
            Transport("PipesEnvContextInjector", None),
        ),
        _client(
            "dagster_azure.pipes.clients.azureml.PipesAzureMLClient",
            "context extras= command",
            "command.command",
            "the Azure ML job names no command",
            Transport(None, None),
            folder="command.code",
        ),
        _client(
            "dagster_ray.core.pipes.PipesRayJobClient",
            "context submit_job_params extras=",
            "submit_job_params.entrypoint",
            "the Ray job names no entrypoint",
            _RAY,
            folder="submit_job_params.runtime_env.working_dir",
        ),
        _client(
            "dagster_ray.kuberay.pipes.PipesKubeRayJobClient",
            "context submit_job_params= ray_job= extras= address= headers= verify= cookies= metadata=",
            "submit_job_params.entrypoint ray_job.spec.entrypoint",
            "the Ray job names no entrypoint",
            _RAY,
        ),
        _client(
            "dagster_modal.resources.ModalClient",
            "func_ref context extras= env=",
            "func_ref:reference",
            "the call names no Modal function",
            _FILES,
            local=True,
        ),
        _client(
            "dagster_slurm.pipes_clients.local_pipes_client.LocalPipesClient",
            "context payload_path python_executable= extra_env= extras= extra_slurm_opts= extra_files=",
            "payload_path:script",
            "the call names no `payload_path` that can be seen",
            Transport("PipesEnvContextInjector", "LocalMessageReader"),
            local=True,
        ),
        _client(
            "dagster_slurm.pipes_clients.slurm_pipes_client.SlurmPipesClient",
            "context payload_path extra_env= extras= use_session= extra_slurm_opts=",
            "payload_path:script",
            "the call names no `payload_path` that can be seen",
            _SLURM,
            local=True,
            strict=False,
        ),
        _client(
            "dagster_slurm.resources.compute.ComputeResource",
            "context payload_path launcher= extra_slurm_opts= extras=",
            "payload_path:script",
            "the call names no `payload_path` that can be seen",
            _SLURM,
            local=True,
            strict=False,
        ),
    )
)
"""By the class's plain name."""

MADE: Mapping[str, Signature] = {
    "PipesSubprocessClient": signature(
        "PipesSubprocessClient.__init__",
        *"env= cwd= context_injector= message_reader= forward_termination= forward_stdio= "
        "termination_timeout_seconds=".split(),
        receiver=True,
    )
}
"""How clients are made, where no version has had another way."""
