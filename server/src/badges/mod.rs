//! Badges: their codes and how they are printed. Drawing lives in [`print`], which knows neither
//! the database nor HTTP.

pub mod print;
