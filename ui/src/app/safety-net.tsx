import { Component, type ReactNode } from "react";
import { Button } from "../shared/ui/button.tsx";
import { Failed } from "../shared/ui/notice.tsx";
import { words } from "./words.ts";

interface Props {
  children: ReactNode;
  /** What is painted here; something else gets a new try. */
  of?: string | undefined;
}

/** Catches a mistake of ours in painting, so that it says what it means instead of leaving a blank window. */
export class SafetyNet extends Component<Props, { failure: Error | undefined }> {
  override state = { failure: undefined as Error | undefined };

  static getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override componentDidUpdate(before: Props) {
    if (this.state.failure && before.of !== this.props.of) this.setState({ failure: undefined });
  }

  override render() {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    return (
      <Failed
        problem={{ code: "window", message: words.windowFailed, hint: failure.message }}
        action={<Button onClick={() => window.location.reload()}>{words.reload}</Button>}
      />
    );
  }
}
