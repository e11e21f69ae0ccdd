#include "storage/log/rocks_log.hpp"

#include "storage/stored_event.hpp"

namespace tidemark::storage {

RocksLog::RocksLog(Parts parts, bool writable)
    : parts_(std::move(parts)), published_(parts_.tip),
      index_(parts_.tables.get(), *parts_.db, writable) {}

RocksLog::Running::Running(RocksLog& log, Writing parts)
    : options(std::move(parts.options)), failure(options.fail_stop),
      anchor(std::move(parts.anchor)), spool(std::move(parts.spool)) {
  writer.emplace(Writer::Parts{*log.parts_.db, log.index_, log.recent_, anchor, log.published_,
                               log.subscribers_, failure, spool, parts.clock},
                 log.parts_.tip, options);
  guard.emplace(std::move(parts.fence), log.parts_.folder, *writer, failure, options);
}

std::unique_ptr<RocksLog> RocksLog::reader(Parts parts) {
  return std::unique_ptr<RocksLog>(new RocksLog(std::move(parts), false));
}

Result<std::unique_ptr<RocksLog>> RocksLog::writer(Parts parts, Writing writing) {
  std::unique_ptr<RocksLog> log(new RocksLog(std::move(parts), true));
  TRYV(log->index_.catch_up(log->parts_.tip, writing.indexing));
  log->indexed_ = true;
  log->running_ = std::make_unique<Running>(*log, std::move(writing));
  log->index_.start([&writer = *log->running_->writer](const Error& e) { writer.fail(e); });
  return log;
}

RocksLog::~RocksLog() {
  if (running_)
    running_->writer->stop(); // what is queued is answered before the index goes
  index_.stop();
}

DiskLevel RocksLog::disk_level() const {
  return running_ ? running_->guard->disk() : DiskLevel::plenty;
}

LogCounts RocksLog::counts() const {
  return running_ ? running_->writer->counts() : LogCounts{};
}

Status RocksLog::clear_spool() {
  return running_->spool.clear();
}

Status RocksLog::check_files() const {
  return parts_.db->rocks().check_files();
}

std::vector<DbFigures> RocksLog::figures() const {
  std::vector<DbFigures> out{parts_.db->rocks().figures("log")};
  if (parts_.tables)
    out.push_back(parts_.tables->figures("tables"));
  return out;
}

Status RocksLog::checkpoint(const std::string& path) const {
  return parts_.db->rocks().checkpoint(path);
}

void RocksLog::submit(Append append, CompletionSink& sink, std::uint64_t token) {
  const auto refuse = [&](NotTaken why) {
    Settled answer{token, std::move(why)};
    sink.settled({&answer, 1});
  };
  if (!running_)
    return refuse({"read_only"});
  auto prepared = prepare(std::move(append));
  if (!prepared)
    return refuse({prepared.error().code});
  const auto disk = disk_level();
  const bool wanted = disk == DiskLevel::stop   ? !prepared->spool_entry.empty()
                      : disk == DiskLevel::shed ? !prepared->sheddable
                                                : true;
  if (!wanted)
    return refuse({"disk_low"});
  if (auto refused = running_->writer->submit(std::move(*prepared), sink, token))
    refuse(std::move(*refused));
}

Result<Position> RocksLog::read(Position after, std::size_t limit,
                                const RecordVisitor& visit) const {
  const auto last = durable();
  if (after >= last || limit == 0)
    return after;
  // What is not in memory any more comes from the disk; a later call finds the rest in memory.
  if (const auto reached = recent_.read(after, last, limit, visit))
    return *reached;
  return parts_.db->read(after, last, limit, visit);
}

Result<std::optional<events::StoredEvent>> RocksLog::at(Position position) const {
  if (position.value == 0 || position > durable())
    return std::optional<events::StoredEvent>{};
  if (const auto kept = recent_.record(position)) {
    auto event = stored_event(*kept);
    return event ? Result<std::optional<events::StoredEvent>>(std::optional(std::move(*event)))
                 : Result<std::optional<events::StoredEvent>>(event.error());
  }
  TRY(record, parts_.db->record(position));
  if (!record)
    return Error{"data_damaged",
                 "position " + std::to_string(position.value) + " is missing from the log"};
  TRY(event, stored_event(*record));
  return std::optional(std::move(event));
}

Status RocksLog::ready_index() const {
  const std::lock_guard lock(indexing_);
  if (indexed_)
    return Done{};
  auto caught_up = index_.catch_up(parts_.tip);
  indexed_ = caught_up.ok();
  return caught_up;
}

Result<std::vector<Position>> RocksLog::tagged(const TenantId& tenant, const events::Tag& tag,
                                               Position after, std::size_t limit) const {
  TRYV(ready_index());
  return index_.tagged(tag_key(tenant, tag), after, durable(), limit);
}

Result<TagHead> RocksLog::newest(const TagKey& key) const {
  TRYV(ready_index());
  return index_.newest(key);
}

Result<Position> RocksLog::newest_tagged(const TenantId& tenant, const events::Tag& tag) const {
  TRY(head, newest(tag_key(tenant, tag)));
  return head.newest;
}

Result<StreamVersion> RocksLog::version_of(const TenantId& tenant, const StreamName& stream) const {
  TRY(head, newest(tag_key(tenant, stream_tag(stream))));
  return head.version;
}

std::shared_ptr<void> RocksLog::subscribe(std::function<void(Position)> advanced) {
  return subscribers_.add(std::move(advanced));
}

} // namespace tidemark::storage
