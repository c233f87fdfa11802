import { Component, type ReactNode } from "react";
import { Button } from "../shared/ui/button.tsx";
import { Failed } from "../shared/ui/notice.tsx";
import { words } from "./words.ts";

/** Catches a mistake of ours in painting, so that it says what it means instead of leaving a blank window. */
export class SafetyNet extends Component<{ children: ReactNode }, { failure: Error | undefined }> {
  override state = { failure: undefined as Error | undefined };

  static getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override render() {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    return (
      <main>
        <Failed
          problem={{ code: "window", message: words.windowFailed, hint: failure.message }}
          action={<Button onClick={() => window.location.reload()}>{words.reload}</Button>}
        />
      </main>
    );
  }
}
