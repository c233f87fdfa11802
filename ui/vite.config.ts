/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { budget } from "./build/budget.ts";

// A page served by Vite alone has no core behind it: FERMATA_URL names a running `fermata serve`.
const core = process.env.FERMATA_URL;

export default defineConfig({
  plugins: [react(), budget({ script: 300_000, style: 30_000, laterPart: 120_000 })],
  build: {
    target: ["chrome123", "safari17.5"],
    cssTarget: ["chrome123", "safari17.5"],
    assetsInlineLimit: 0,
  },
  server: { host: "127.0.0.1", ...(core ? { proxy: { "/api": core } } : {}) },
  preview: { host: "127.0.0.1" },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx", "build/**/*.test.ts"] },
});
