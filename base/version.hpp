#pragma once

namespace tidemark {

/// Of all programs: what `--version` and `/health` say, and what `engine.started` records.
inline constexpr const char* program_version = "0.1.0";

} // namespace tidemark
