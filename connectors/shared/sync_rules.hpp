#pragma once
#include "domain/rules/rules.hpp"
#include "events/engine.hpp"

/// The recorded configuration together with what the connectors declare.
namespace tidemark::connectors {

/// Rules in force after `applied`. A connector type that this program does not know is left out.
domain::SyncRules sync_rules(const events::ConfigApplied& applied);

} // namespace tidemark::connectors
