//! A connection that can be aborted, also in the middle of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// No end is set.
const WHOLE: usize = usize::MAX;

/// How many more bytes may leave before the connection is aborted.
#[derive(Debug)]
pub(super) struct Cut(AtomicUsize);

impl Default for Cut {
    fn default() -> Self {
        Self(AtomicUsize::new(WHOLE))
    }
}

impl Cut {
    /// Lets no further byte leave: the peer sees a reset.
    pub(super) fn now(&self) {
        self.0.store(0, Ordering::Release);
    }

    /// Lets so many bytes leave and then closes: the peer sees an answer that breaks off.
    pub(super) fn after(&self, bytes: usize) {
        self.0.store(bytes.max(1), Ordering::Release);
    }
}

/// The server's end of a connection.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    cut: Arc<Cut>,
    written: bool,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, cut: Arc<Cut>) -> Self {
        Self { stream, cut, written: false }
    }

    fn aborted(&self) -> io::Error {
        if !self.written {
            // Without lingering, closing sends a reset instead of an orderly end.
            let _ = self.stream.set_zero_linger();
        }
        io::ErrorKind::ConnectionAborted.into()
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let left = self.cut.0.load(Ordering::Acquire);
        match left {
            WHOLE => Pin::new(&mut self.stream).poll_write(cx, buf),
            0 => Poll::Ready(Err(self.aborted())),
            left => {
                let part = &buf[..buf.len().min(left)];
                let result = Pin::new(&mut self.stream).poll_write(cx, part);
                if let Poll::Ready(Ok(bytes)) = result {
                    self.written = true;
                    self.cut.0.store(left - bytes, Ordering::Release);
                }
                result
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.cut.0.load(Ordering::Acquire) == 0 {
            return Poll::Ready(Err(self.aborted()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
