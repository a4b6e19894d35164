"""What `dagster_pipes` has: the names that can be imported from it.

From dagster_pipes 1.13.28; what it happens to hold of the standard library is among them, for that can be imported too.
"""

from __future__ import annotations

EXPORTS = frozenset(
    """
    ABC Any ClassVar DAGSTER_PIPES_CLI_PARSER DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT DAGSTER_PIPES_CONTEXT_ENV_VAR
    DAGSTER_PIPES_CONTEXT_WIDGET_KEY DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT DAGSTER_PIPES_MESSAGES_ENV_VAR
    DAGSTER_PIPES_MESSAGES_WIDGET_KEY DagsterPipesError DagsterPipesWarning Dict ESCAPE_CHARACTER Event ExcThread
    ExitStack Generic IO Iterable Iterator List Literal Mapping Method Optional PIPES_METADATA_TYPE_INFER
    PIPES_PROTOCOL_VERSION PIPES_PROTOCOL_VERSION_FIELD PipesAssetCheckSeverity PipesAzureBlobStorageContextLoader
    PipesAzureBlobStorageMessageWriter PipesAzureBlobStorageMessageWriterChannel PipesBlobStoreMessageWriter
    PipesBlobStoreMessageWriterChannel PipesBufferedFilesystemMessageWriterChannel
    PipesBufferedStreamMessageWriterChannel PipesCliArgsParamsLoader PipesContext PipesContextData
    PipesContextLoader PipesDataProvenance PipesDatabricksNotebookWidgetsParamsLoader PipesDbfsContextLoader
    PipesDbfsMessageWriter PipesDefaultContextLoader PipesDefaultLogWriter PipesDefaultLogWriterChannel
    PipesDefaultMessageWriter PipesEnvVarParamsLoader PipesException PipesExtras PipesFileMessageWriterChannel
    PipesGCSContextLoader PipesGCSMessageWriter PipesGCSMessageWriterChannel PipesLogWriter PipesLogWriterChannel
    PipesLogWriterOpenedData PipesMappingParamsLoader PipesMessage PipesMessageWriter PipesMessageWriterChannel
    PipesMetadataRawValue PipesMetadataType PipesMetadataValue PipesOpenedData PipesParams PipesParamsLoader
    PipesPartitionKeyRange PipesPrefectLogsMessageWriter PipesPrefectLogsMessageWriterChannel PipesS3ContextLoader
    PipesS3MessageWriter PipesS3MessageWriterChannel PipesStdioFileLogWriter PipesStdioFileLogWriterChannel
    PipesStdioLogWriter PipesStdioLogWriterChannel PipesStreamMessageWriterChannel PipesTimeWindow
    PipesUnityCatalogVolumesContextLoader PipesUnityCatalogVolumesMessageWriter Queue Sequence Set StringIO
    TYPE_CHECKING T_BlobStoreMessageWriterChannel T_LogChannel T_MessageChannel TextIO TextIOWrapper Thread
    TracebackException Type TypeAlias TypeVar TypedDict abstractmethod argparse base64 cast contextmanager datetime
    decode_env_var decode_param encode_env_var encode_param final get_args json logging nullcontext
    open_dagster_pipes os subprocess sys tempfile threading time to_asset_key_path traceback warnings zlib version
    """.split()
)
