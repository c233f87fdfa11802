import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { Router } from "wouter";
import { makeCache } from "../shared/host/client.ts";
import { type Host, HostProvider } from "../shared/host/index.ts";
import { Registry, RegistryProvider } from "../shared/lib/commands.ts";
import { LiveRegions } from "../shared/ui/live.tsx";
import { useAddress } from "./address.ts";
import { SafetyNet } from "./safety-net.tsx";
import { Window } from "./window.tsx";

/** Everything the window needs around it. Addresses live behind the `#`, so any host can serve them. */
export function App({ host }: { host: Host }) {
  const [cache] = useState(makeCache);
  const [registry] = useState(() => new Registry());
  return (
    <HostProvider value={host}>
      <QueryClientProvider client={cache}>
        <RegistryProvider value={registry}>
          <Router hook={useAddress}>
            <SafetyNet>
              <Window />
            </SafetyNet>
            <LiveRegions />
          </Router>
        </RegistryProvider>
      </QueryClientProvider>
    </HostProvider>
  );
}
