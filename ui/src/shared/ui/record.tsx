import type { RecordId } from "../../generated/commands.ts";
import { useRead } from "../host/client.ts";
import { readable } from "../lib/json.ts";
import { Answer } from "./answer.tsx";
import { Loading } from "./notice.tsx";
import { RawText } from "./raw-text.tsx";
import { words } from "./words.ts";

/** A record as the platform gave it, read when it is shown. */
export function PlatformRecord({ id }: { id: RecordId }) {
  const record = useRead("record_show", { id });
  return (
    <Answer query={record} compact loading={<Loading label={words.recordReading} rows={4} />}>
      {({ raw }) =>
        raw === null ? <p>{words.recordGone}</p> : <RawText label={words.record}>{readable(raw)}</RawText>
      }
    </Answer>
  );
}
