"""The clients that start an external process: how each is run, and where its script is named.

Read off dagster 1.13.28, the integration packages at 0.29.27 and dagster-ray 0.4.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .members import Signature, signature


class Client(NamedTuple):
    """A class whose `run()` starts a process."""

    name: str
    package: str
    source: str
    """The module that defines it."""
    run: Signature
    command: str | None
    """The argument of `run()` that names what is started; None where that is somebody else's configuration."""
    within: tuple[str, ...] = ()
    """Where in that argument the command or script is: keys, attributes or keyword arguments, one inside the other;
    `*` for each item of a list."""

    @property
    def takes_extras(self) -> bool:
        return any(parameter.name == "extras" for parameter in self.run.parameters)


def _client(
    name: str, package: str, module: str, parameters: str, command: str | None, within: str = ""
) -> tuple[str, Client]:
    run = signature(f"{name}.run", *parameters.split(), receiver=True, keyword_only=True)
    return name, Client(name, package, f"{package}.{module}", run, command, tuple(within.split(".")) if within else ())


CLIENTS: Mapping[str, Client] = dict(
    (
        _client(
            "PipesSubprocessClient",
            "dagster",
            "_core.pipes.subprocess",
            "context extras= command env= cwd=",
            "command",
        ),
        _client(
            "PipesDockerClient",
            "dagster_docker",
            "pipes",
            "context image extras= command= env= registry= container_kwargs=",
            "command",
        ),
        _client(
            "PipesK8sClient",
            "dagster_k8s",
            "pipes",
            "context extras= image= command= namespace= env= base_pod_meta= base_pod_spec= ignore_containers= "
            "enable_multi_container_logs= pod_wait_timeout= delete_pod_on_completion=",
            "command",
        ),
        _client(
            "PipesDatabricksClient",
            "dagster_databricks",
            "pipes",
            "context extras= task submit_args=",
            "task",
            "spark_python_task.python_file",
        ),
        _client(
            "PipesDatabricksServerlessClient",
            "dagster_databricks",
            "pipes",
            "context extras= task submit_args=",
            "task",
            "notebook_task.notebook_path",
        ),
        _client("PipesLambdaClient", "dagster_aws", "pipes.clients.lambda_", "function_name event context", None),
        _client("PipesGlueClient", "dagster_aws", "pipes.clients.glue", "context start_job_run_params extras=", None),
        _client(
            "PipesECSClient",
            "dagster_aws",
            "pipes.clients.ecs",
            "context run_task_params extras= pipes_container_name= waiter_config=",
            "run_task_params",
            "overrides.containerOverrides.*.command",
        ),
        _client(
            "PipesEMRClient",
            "dagster_aws",
            "pipes.clients.emr",
            "context run_job_flow_params extras=",
            "run_job_flow_params",
            "Steps.*.HadoopJarStep.Args",
        ),
        _client(
            "PipesEMRContainersClient",
            "dagster_aws",
            "pipes.clients.emr_containers",
            "context start_job_run_params extras=",
            "start_job_run_params",
            "jobDriver.sparkSubmitJobDriver.entryPoint",
        ),
        _client(
            "PipesEMRServerlessClient",
            "dagster_aws",
            "pipes.clients.emr_serverless",
            "context start_job_run_params extras=",
            "start_job_run_params",
            "jobDriver.sparkSubmit.entryPoint",
        ),
        _client(
            "PipesDataprocJobClient",
            "dagster_gcp",
            "pipes.clients.dataproc_job",
            "context submit_job_params extras=",
            "submit_job_params",
            "job.pyspark_job.main_python_file_uri",
        ),
        _client(
            "PipesAzureMLClient",
            "dagster_azure",
            "pipes.clients.azureml",
            "context extras= command",
            "command",
            "command",
        ),
        _client(
            "PipesRayJobClient",
            "dagster_ray",
            "core.pipes",
            "context submit_job_params extras=",
            "submit_job_params",
            "entrypoint",
        ),
        _client(
            "PipesKubeRayJobClient",
            "dagster_ray",
            "kuberay.pipes",
            "context submit_job_params= ray_job= extras= address= headers= verify= cookies= metadata=",
            "ray_job",
            "spec.entrypoint",
        ),
    )
)
"""By the class's plain name."""
