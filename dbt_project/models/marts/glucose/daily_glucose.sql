with readings as (
    select * from {{ ref('stg_nightscout__glucose') }}
),

flagged as (
    select
        glucose_mg_dl,

        case when glucose_mg_dl < {{ var('glucose_low_mg_dl') }} then 1 else 0 end as is_low,
        case when glucose_mg_dl > {{ var('glucose_high_mg_dl') }} then 1 else 0 end as is_high,

        cast(measured_at as date) as reading_date
    from readings
),

by_day as (
    select
        count(*) as readings,
        avg({{ phlo_double('glucose_mg_dl') }}) as mean_mg_dl,
        min(glucose_mg_dl) as lowest_mg_dl,
        max(glucose_mg_dl) as highest_mg_dl,
        {{ phlo_sum('is_low') }} as low_readings,
        {{ phlo_sum('is_high') }} as high_readings,
        {{ phlo_ratio('sum(1 - is_low - is_high)', 'count(*)') }} as in_range_rate,

        reading_date
    from flagged
    group by reading_date
)

select * from by_day
