#pragma once
#include "config/config.hpp"
#include "storage/log_store.hpp"
#include "storage/remote/control_server.hpp"

namespace tidemark::app {

/// Records requests for runs over a system's list; one run at a time for each system. `log` and
/// `config` must outlive it.
storage::BackfillDesk make_backfill_desk(storage::LogStore& log, const config::Config& config);

} // namespace tidemark::app
