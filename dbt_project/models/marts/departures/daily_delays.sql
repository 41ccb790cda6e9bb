{{ config(materialized='incremental', unique_key='flight_date') }}

with flights as (
    select * from {{ ref('int_flights_flagged') }}
),

{% if is_incremental() %}
days as (
    select
        flight_date,

        count(*) as flights,

        max(loaded_at) as loaded_at
    from flights
    group by flight_date
),

-- Partitions arrive in any order, so each day is compared with what it was built from.
changed_days as (
    select days.flight_date
    from days
    left join {{ this }} as built on days.flight_date = built.flight_date
    where
        built.flight_date is null
        or built.flights <> days.flights
        or built.loaded_at < days.loaded_at
),
{% endif %}

by_day as (
    select
        {{ delay_measures() }},

        flight_date,
        max(loaded_at) as loaded_at
    from flights
    {% if is_incremental() %}
    where flight_date in (select flight_date from changed_days)
    {% endif %}
    group by flight_date
)

select * from by_day
