"""The messages and services of PipeCD, in Python made of the same .proto files, and encodings that are known."""

import os
import sys

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".build", "piped", "api")
sys.path.insert(0, PLACE)

import common_pb2 as common
import deployment_pb2 as deployment
import deployment_pb2_grpc as deployment_grpc
import livestate_pb2 as livestate
import livestate_pb2_grpc as livestate_grpc
import model_pb2 as model
import piped_service_pb2 as service
import piped_service_pb2_grpc as service_grpc
import planpreview_pb2 as planpreview
import planpreview_pb2_grpc as planpreview_grpc

BEGIN = 1700000000


def encodings():
    """Names, values and the bytes that PipeCD's own .proto files make of them, in hexadecimal."""
    times = {"created_at": BEGIN, "updated_at": BEGIN}
    resource = model.ResourceState(
        id="r", name="n", resource_type="t", health_status=1, deploy_target="d", plugin_name="p", **times
    )
    live = model.ApplicationLiveState(resources=[resource], health_status=1)
    synced = model.ApplicationSyncState(status=1, timestamp=BEGIN)
    command = model.Command(
        id="c", piped_id="p", deployment_id="d", stage_id="s", commander="u", type="APPROVE_STAGE",
        approve_stage={"deployment_id": "d", "stage_id": "s"}, **times,
    )
    stage = deployment.BuildPipelineSyncStagesRequest.StageConfig(name="A_SYNC", index=1, config=b"{}")
    back = model.PipelineStage(
        name="A_ROLLBACK", index=2, rollback=True, metadata={"k": "v"}, available_operation=2,
        authorized_operators=["u1"], **times,
    )
    source = common.DeploymentSource(
        application_directory="/a", commit_hash="c0", application_config=b"x", application_config_filename="f",
        shared_config_directory="/s",
    )
    preview = planpreview.PlanPreviewResult(
        deploy_target="d", summary="s", no_change=True, details=b"x", diff_language="diff"
    )
    targets = model.Deployment(
        deploy_targets_by_plugin={"p": model.DeployTargets(deploy_targets=["d1", "d2"])},
        metadata_v2={"shared": {"keyValues": {"k": "v"}}},
    )
    block = model.LogBlock(index=1, log="hi", severity="INFO", created_at=BEGIN)
    checkpoint = service.ReportStageLogsFromLastCheckpointRequest(
        deployment_id="d", stage_id="s", blocks=[block], completed=True
    )
    return [
        ("stages", deployment.FetchDefinedStagesResponse(stages=["A_SYNC", "A_ROLLBACK"]),
         "0a06415f53594e430a0a415f524f4c4c4241434b"),
        ("quick sync request", deployment.BuildQuickSyncStagesRequest(rollback=True), "0801"),
        ("stage", model.PipelineStage(name="A_SYNC", desc="go", available_operation=3, **times),
         "1206415f53594e431a02676f7080e2cfaa067880e2cfaa06800103"),
        ("rollback stage", back,
         "120a415f524f4c4c4241434b200252060a016b12017660017080e2cfaa067880e2cfaa068001028a01027531"),
        ("pipeline request", deployment.BuildPipelineSyncStagesRequest(rollback=True, stages=[stage]),
         "0801120e1206415f53594e43280132027b7d"),
        ("success", deployment.ExecuteStageResponse(status="STAGE_SUCCESS"), "0802"),
        ("exit", deployment.ExecuteStageResponse(status="STAGE_EXITED", message="no change"),
         "080612096e6f206368616e6765"),
        ("strategy", deployment.DetermineStrategyResponse(sync_strategy="PIPELINE", summary="p"), "0802120170"),
        ("no opinion", deployment.DetermineStrategyResponse(unsupported=True), "1801"),
        ("version", deployment.DetermineVersionsResponse(versions=[{"version": "v1", "name": "app", "url": "u"}]),
         "0a0c120276311a03617070220175"),
        ("source", source, "0a022f61120263301a01782201662a022f73"),
        ("live state", livestate.GetLivestateResponse(application_live_state=live, sync_state=synced),
         "0a210a1d0a01721a016e22017430014201644a01705080e2cfaa065880e2cfaa061001120808012880e2cfaa06"),
        ("preview", planpreview.GetPlanPreviewResponse(results=[preview]),
         "0a110a016412017318012201782a0464696666"),
        ("log block", model.LogBlock(index=1700000001, log="hi", severity="ERROR", created_at=BEGIN),
         "0881e2cfaa061202686918027080e2cfaa06"),
        ("checkpoint", checkpoint, "0a0164120173220c0801120268697080e2cfaa062801"),
        ("metadata", service.GetStageMetadataResponse(value="v", found=True), "0a01761001"),
        ("metadata to merge",
         service.PutStageMetadataMultiRequest(deployment_id="d", stage_id="s", metadata={"k": "v"}),
         "0a01641201731a060a016b120176"),
        ("command", service.ListStageCommandsResponse(commands=[command]),
         "0a290a01631201702201642a0173320175f001039202060a0164120173a00680e2cfaa06a80680e2cfaa06"),
        ("targets", targets, "620d0a017012080a0264310a02643292020a0a080a060a016b120176"),
    ]
