/**
 * The messages of MCS, as far as we speak it. Field numbers are observed (several public descriptors agree); fields that we
 * neither read nor write are left out. Rules MC4, MC5.
 */
export const MCS_PROTO = `
  syntax = "proto2";

  message HeartbeatPing {
    optional int32 stream_id = 1;
    optional int32 last_stream_id_received = 2;
    optional int64 status = 3;
  }
  message HeartbeatAck {
    optional int32 stream_id = 1;
    optional int32 last_stream_id_received = 2;
    optional int64 status = 3;
  }
  message ErrorInfo {
    required int32 code = 1;
    optional string message = 2;
  }
  message Setting {
    required string name = 1;
    required string value = 2;
  }
  message HeartbeatConfig {
    optional bool upload_stat = 1;
    optional int32 interval_ms = 3;
  }
  message LoginRequest {
    required string id = 1;
    required string domain = 2;
    required string user = 3;
    required string resource = 4;
    required string auth_token = 5;
    optional string device_id = 6;
    repeated Setting setting = 8;
    repeated string received_persistent_id = 10;
    optional bool use_rmq2 = 14;
    optional int32 auth_service = 16;
    optional int32 network_type = 17;
  }
  message LoginResponse {
    required string id = 1;
    optional string jid = 2;
    optional ErrorInfo error = 3;
    repeated Setting setting = 4;
    optional int32 stream_id = 5;
    optional int32 last_stream_id_received = 6;
    optional HeartbeatConfig heartbeat_config = 7;
    optional int64 server_timestamp = 8;
  }
  message Close {}
  message Extension {
    required int32 id = 1;
    required bytes data = 2;
  }
  message IqStanza {
    required int32 type = 2;
    required string id = 3;
    optional Extension extension = 7;
    optional string persistent_id = 8;
    optional int32 stream_id = 9;
    optional int32 last_stream_id_received = 10;
  }
  message SelectiveAck {
    repeated string id = 1;
  }
  message AppData {
    required string key = 1;
    required string value = 2;
  }
  message DataMessageStanza {
    optional string id = 2;
    required string from = 3;
    optional string to = 4;
    required string category = 5;
    optional string token = 6;
    repeated AppData app_data = 7;
    optional string persistent_id = 9;
    optional int32 stream_id = 10;
    optional int32 last_stream_id_received = 11;
    optional int32 ttl = 17;
    optional int64 sent = 18;
    optional bytes raw_data = 21;
    optional bool immediate_ack = 24;
  }
`
