import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import s from "./dialog.module.css";
import { words } from "./words.ts";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Asks about something that cannot be taken back. */
  alert?: boolean;
  /** Holds what a person types: a click beside it does not throw that away. */
  keeps?: boolean;
  wide?: boolean;
}

/** A dialog over the window. Focus goes in, stays in, and comes back to where it was. */
export function Dialog({
  title,
  open,
  onClose,
  children,
  alert = false,
  keeps = false,
  wide = false,
}: Props) {
  return (
    <ModalOverlay
      className={s.scrim ?? ""}
      isOpen={open}
      isDismissable={!alert && !keeps}
      onOpenChange={(now) => {
        if (!now) onClose();
      }}
    >
      <Modal className={classes(s.modal, wide && s.wide)}>
        <AriaDialog className={s.dialog ?? ""} role={alert ? "alertdialog" : "dialog"}>
          <header className={s.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton label={words.close} onClick={onClose}>
              <X aria-hidden="true" />
            </IconButton>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The buttons at a dialog's end, the one that goes on last. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className={s.buttons}>{children}</div>;
}
