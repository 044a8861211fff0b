/** Device check-in: `POST android.clients.google.com/checkin`, protobuf. Field numbers are observed in public descriptors. Rules CI1–CI4. */
import * as v from 'valibot'

export const CHECKIN_PROTO = `
  syntax = "proto2";

  message ChromeBuild {
    optional int32 platform = 1;
    optional string chrome_version = 2;
    optional int32 channel = 3;
  }
  message Checkin {
    optional int32 type = 12;
    optional ChromeBuild chrome_build = 13;
  }
  message AndroidCheckinRequest {
    optional int64 id = 2;
    optional string digest = 3;
    required Checkin checkin = 4;
    optional fixed64 security_token = 13;
    optional int32 version = 14;
    optional int32 user_serial_number = 22;
  }
  message AndroidCheckinResponse {
    required bool stats_ok = 1;
    optional int64 time_msec = 3;
    optional bool market_ok = 6;
    optional fixed64 android_id = 7;
    optional fixed64 security_token = 8;
    optional bool settings_diff = 9;
    optional string version_info = 11;
  }
`

/** 64-bit numbers in decimal; 0, or nothing, from a device that has none yet. */
export const checkinRequest = v.object({
  id: v.optional(v.string(), '0'),
  securityToken: v.optional(v.string(), '0'),
})
export type CheckinRequest = v.InferOutput<typeof checkinRequest>
