import { type FormEvent, useState } from "react";
import { Button } from "../shared/ui/button.tsx";
import { Field } from "../shared/ui/field.tsx";
import { Sign } from "./brand.tsx";
import s from "./sign-in.module.css";
import { words } from "./words.ts";

/** A browser without a token: nothing of the shop is shown. */
export function SignIn() {
  const [token, setToken] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() === "") return;
    // The door reads the token from the address on start, so that there is one way in.
    window.location.hash = `token=${token.trim()}`;
    window.location.reload();
  };
  return (
    <main className={s.page}>
      <form className={s.card} onSubmit={submit}>
        <Sign className={s.sign} />
        <h1>{words.signInTitle}</h1>
        <p>{words.signInText}</p>
        <Field label={words.signInToken} type="password" value={token} onChange={setToken} name="token" />
        <Button type="submit" look="primary">
          {words.signInGo}
        </Button>
      </form>
    </main>
  );
}
