//! What the store promises.

mod landing;
mod opening;
mod shop;
