/** The sign: an arc over a dot, for a note that is held. */
export function Sign({ className }: { className?: string | undefined }) {
  return (
    <svg viewBox="0 0 32 26" className={className} aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M2 22a14 14 0 0 1 28 0a1.1 1.1 0 0 1-2.2 0a11.8 10 0 0 0-23.6 0a1.1 1.1 0 0 1-2.2 0Z"
      />
      <circle cx="16" cy="20" r="3.5" fill="var(--held)" />
    </svg>
  );
}
