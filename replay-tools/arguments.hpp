#pragma once
#include "replay-tools/access/access_arguments.hpp"
#include "replay-tools/access/audit_access.hpp"
#include "replay-tools/backup/backup_commands.hpp"
#include "replay-tools/configuration/configuration_commands.hpp"
#include "replay-tools/configuration/flag_commands.hpp"
#include "replay-tools/configuration/log_level_command.hpp"
#include "replay-tools/consent/audit_opt_outs.hpp"
#include "replay-tools/diagnose/connector_tests.hpp"
#include "replay-tools/diagnose/diagnose_command.hpp"
#include "replay-tools/explain/contact_at.hpp"
#include "replay-tools/explain/explain.hpp"
#include "replay-tools/find/find_command.hpp"
#include "replay-tools/imports/import_commands.hpp"
#include "replay-tools/log/log_commands.hpp"
#include "replay-tools/logs/logs_command.hpp"
#include "replay-tools/profile/profile_command.hpp"
#include "replay-tools/replay/replay_verify.hpp"
#include "replay-tools/report/report_command.hpp"
#include "replay-tools/secrets/secret_arguments.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/summary/summary_commands.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/upkeep/upkeep_commands.hpp"
#include "replay-tools/what_if/what_if_command.hpp"

#include <string>
#include <vector>

namespace tidemark::tools {

/// Everything that the command line can say.
struct Arguments {
  char** argv = nullptr; ///< as the program was called
  CommonOptions common;
  RevealOptions reveal;
  LogFilter filter;
  ExplainOptions explain;
  AuditOptions audit;
  std::uint64_t position = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t count = 0;
  bool with_bodies = false;
  bool tables = false;
  ExportForm form = ExportForm::cloudevents;
  StatsBy stats_by = StatsBy::type;
  std::vector<std::string> projections;
  BackfillOptions backfill;
  ConnectOptions connect;
  RepairOptions repair;
  MappingFilter mappings;
  FailedFilter failed;
  RedeliverOptions redeliver;
  std::string lists_of;
  std::string messages_of;
  std::uint64_t messages_max = 50;
  PauseOptions pause;
  NoteOptions note;
  FlagOptions flag;
  TestOptions test;
  TokenOptions token;
  TenantOptions tenant;
  UserOptions user;
  StoreKeyOptions store_key;
  CredentialOptions credential;
  LimitOptions limits;
  AccessAudit access;
  StopOptions stop;
  ReprocessOptions reprocess;
  MarkOptions mark;
  ImportOptions import;
  std::string pepper;
  std::string receiver;
  bool resolved = false;
  DoneOptions done;
  bool csv = false;
  bool dry_run = false;
  BackupOptions backup;
  RestoreOptions restore;
  SignOptions sign;
  DiagnoseOptions diagnose;
  ReportOptions report;
  std::string example;
  std::string id;
  std::string day;
  LogsOptions logs;
  LogLevelOptions log_level;
  std::uint32_t profile_seconds = 10;
  WhatIfOptions what_if;
};

} // namespace tidemark::tools
