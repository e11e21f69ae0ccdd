#pragma once
#include "config/load.hpp"
#include "domain/access/tenants.hpp"
#include "storage/log_store.hpp"

#include <vector>

namespace tidemark::app {

/// Every tenant that was ever made while the service ran.
struct RecordedTenants {
  domain::TenantBook book;
  Position read_to;

  /// Reads what is new. Errors: those of reading.
  Status read(const storage::LogStore& log);
};

/// Adds those that have not ended to the file's configuration, where the file has none of the same
/// id: a tenant that somebody writes there is the file's from the next start on. Gives what is
/// wrong with any; `config` may be used only when that is nothing.
std::vector<config::Fault> add_recorded(config::Config& config, const domain::TenantBook& book,
                                        const std::string& file,
                                        const config::Environment& environment);

} // namespace tidemark::app
